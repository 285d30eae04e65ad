"""`manage.py create_token EMAIL`: a bearer token for a script that calls the API as this account."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from efi.accounts import tokens
from efi.models import User


class Command(BaseCommand):
    """Prints the token, once and alone; only its hash is kept. Staff revoke it in the admin."""

    help = "Makes a bearer token for an account and prints it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--days", type=int, default=settings.EFI_TOKEN_DAYS, help="when it ends (default: %(default)s)"
        )
        parser.add_argument("--name", default="made by create_token", help="what it is for, as its list tells")

    def handle(self, *args: object, email: str, days: int, name: str, **options: object) -> None:
        account = User.objects.filter(email=email).first()
        if account is None:
            raise CommandError(f"there is no account {email}")
        if not account.is_active:
            raise CommandError(f"account {email} is not active")
        if days < 1:
            raise CommandError("a token lives for one day at least")
        token, _ = tokens.make(account, name, days=days)
        self.stdout.write(token)
