"""`manage.py create_token EMAIL`: a bearer token for a script that calls the API as this account."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from efi.models import User


class Command(BaseCommand):
    """Prints the token, once and alone; only its hash is kept. Staff revoke it in the admin."""

    help = "Makes a bearer token for an account and prints it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: object, email: str, **options: object) -> None:
        account = User.objects.filter(email=email).first()
        if account is None:
            raise CommandError(f"there is no account {email}")
        if not account.is_active:
            raise CommandError(f"account {email} is not active")
        _, token = AuthToken.objects.create(account)
        self.stdout.write(token)
