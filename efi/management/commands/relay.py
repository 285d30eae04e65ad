"""`manage.py relay`: rings the bells; as many copies as one likes."""

from django.core.management.base import BaseCommand

from efi import relay, startup


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C. One that dies leaves its token, from which any other goes on."""

    help = "Follows the log and rings a bell for every stream that moves."

    def handle(self, *args: object, **options: object) -> None:
        startup.work_until_told(relay.start, self.stdout)
