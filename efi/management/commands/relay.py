"""`manage.py relay`: rings the bells; there may be any number of them."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from efi.delivery import relay
from efi.running import startup


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C. One that dies leaves its token, from which any other goes on."""

    help = "Follows the log and rings a bell for every stream that moves."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: without a broker the program rings its bells itself")
        startup.work_until_told(relay.start, self.stdout)
