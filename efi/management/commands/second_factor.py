"""`manage.py second_factor EMAIL`: sets up an account's second factor where there is no browser, or takes it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from efi.accounts import second_factor
from efi.models import User


class Command(BaseCommand):
    """For whoever has the machine: the first superuser, and the last one who has lost their phone."""

    help = "Sets up the second factor of an account, or with --remove takes it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--remove", action="store_true", help="take it away, and end the account's sessions")

    def handle(self, *args: object, email: str, remove: bool, **options: object) -> None:
        account = User.objects.filter(email=email).first()
        if account is None:
            raise CommandError(f"there is no account {email}")
        if remove:
            second_factor.remove(account.pk)
            account.sign_out()
            self.stdout.write(f"{email} has no second factor any more")
            return
        self._set_up(account)

    def _set_up(self, account: Any) -> None:
        secret = second_factor.begin(account)
        self.stdout.write(f"Type this key into an app that shows codes:\n\n    {secret}\n\nor open this with it:\n")
        self.stdout.write(f"    {second_factor.uri(account.get_username(), secret)}\n")
        codes = second_factor.switch_on(account, input("The code that it shows now: "))
        if codes is None:
            raise CommandError("this is not its code: is the clock of both right? Run this again")
        self.stdout.write("It is on. Keep these recovery codes, each of which is good once:\n")
        self.stdout.write("".join(f"\n    {code}" for code in codes))
