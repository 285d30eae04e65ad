"""`manage.py beat`: keeps the schedule; one is enough, and more do no harm."""

from django.core.management.base import BaseCommand

from efi.delivery import schedule
from efi.running import startup
from efi.runtime.process import give_way


class Command(BaseCommand):
    """Sweeps, expires and checks at their times, until SIGTERM or Ctrl-C."""

    help = "Keeps the schedule."

    def handle(self, *args: object, **options: object) -> None:
        give_way()
        startup.work_until_told(schedule.start, self.stdout)
