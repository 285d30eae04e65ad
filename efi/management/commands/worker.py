"""`manage.py worker [NAME…]`: answers bells; any number of them, coming and going."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from efi.delivery import broker
from efi.running import startup, worker


class Command(BaseCommand):
    """Answers for all followers, or for those named: by read model, or by lane (`efi.running.worker.LANES`)."""

    help = "Answers the bells that RabbitMQ carries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--concurrency", type=int, default=1, help="processes that answer")

    def handle(self, *args: object, names: list[str], concurrency: int, **options: object) -> None:
        if concurrency < 1:
            raise CommandError("--concurrency is at least 1")
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: without a broker the program answers its bells itself")
        startup.wait_until_built()
        followers = worker.heard()
        known = worker.LANES.union(*map(worker.names_of, followers))
        if unknown := set(names) - known:
            usual = known - {one.name for one in followers if one.name.rpartition("_")[0] in known}
            raise CommandError(
                f"nobody here is called {', '.join(sorted(unknown))}: there are {', '.join(sorted(usual))}"
            )
        broker.declare(*followers)
        worker.run(names, concurrency)
