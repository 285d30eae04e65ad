"""Mails to the owners of accounts, whoever knows their addresses: of another second factor, and of a new token."""

from collections.abc import Callable
from uuid import UUID

from django.dispatch import receiver

from efi.accounts import second_factor, tokens
from efi.accounts.held import taken_away
from efi.accounts.names import is_of_a_customer
from efi.log.mongo import Document
from efi.mails import outbox
from efi.mails.outbox import Mail, writes
from efi.models import User

Find = Callable[[UUID], str | None]
ADDRESSES: list[Find] = []
FACTOR, TOKEN = "second_factor", "token"
TOLD = ("kind", "state", "asked_at")
CHANGED = """The second factor of your account was switched on or off just now, or has other recovery codes.

If it was not you, choose another password at once, and look where you are signed in."""
MADE = """A token was made for your account just now, by which a program may do what you may.

If it was not you, choose another password at once, which ends all tokens. One by one you end them in your account."""


def knows_addresses(find: Find) -> Find:
    """Registers what returns the address of an account's owner, where the account's row does not tell it."""
    ADDRESSES.append(find)
    return find


@receiver(second_factor.changed)
def ask_for_word_of_it(sender: object, account_id: UUID, **about: object) -> None:
    outbox.ask(FACTOR, account_id)


@receiver(tokens.made)
def ask_for_word_of_a_token(sender: object, account_id: UUID, **about: object) -> None:
    outbox.ask(TOKEN, account_id)


@writes(FACTOR)
def word_of_a_changed_factor(about: str) -> Mail | None:
    return _to_owner(about, "Your second factor was changed", CHANGED)


@writes(TOKEN)
def word_of_a_new_token(about: str) -> Mail | None:
    return _to_owner(about, "A token was made for your account", MADE)


@taken_away("mails")
def mails_to(person: UUID) -> list[Document]:
    """Returns which mails were written to somebody, and to what address; what they said is not kept."""
    found = outbox.outbox().find({"person": person}).sort("asked_at", 1)
    return [{**{name: one[name] for name in TOLD}, **(outbox.read(one, "to") or {})} for one in found]


def _to_owner(account_id: str, subject: str, text: str) -> Mail | None:
    """Returns a mail to the owner of an account; None where there is none any more."""
    account = User.objects.filter(pk=UUID(account_id)).first()
    if account is None:
        return None
    if not is_of_a_customer(account):
        return Mail(to=account.email, subject=subject, text=text)
    address = next((found for find in ADDRESSES if (found := find(account.pk))), None)
    return Mail(to=address, subject=subject, text=text, person=account.pk) if address else None
