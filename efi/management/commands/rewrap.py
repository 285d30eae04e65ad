"""`manage.py rewrap`: wraps people's keys under another master key, after which copies of the old ones are waste."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand

from efi.log import keys, master_keys
from efi.running import engines


class Command(BaseCommand):
    help = "Wraps every person's key under the first of EFI_MASTER_KEYS, or under one that is drawn into the key file."

    def handle(self, *args: object, **options: object) -> None:
        engines.check(settings.MONGODB_URI)
        if settings.EFI_MASTER_KEYS:
            self.stdout.write(f"{keys.rewrap():,} keys wrapped anew; the later ones of EFI_MASTER_KEYS may go")
            return
        file = master_keys.in_file()
        new, old = master_keys.drawn(), file.read_text().split()
        master_keys.write([new, *old])
        count = keys.rewrap()
        # Another process may be about to wrap a new key under what it has just read.
        time.sleep(2 * keys.BELIEVED)
        count += keys.rewrap()
        master_keys.write([new])
        self.stdout.write(f"{count:,} keys wrapped anew under the key in {file}, and the old one is gone")
