"""The account rows of customers, which hold nothing personal: who they are stands in the log alone."""

from uuid import UUID

from efi.accounts.names import digest_of, name_of_account
from efi.models import User
from efi.writing.rows import in_the_transaction


def set_active(customer_id: UUID, *, active: bool) -> None:
    """Lets whoever has an account sign in or not, in the command's transaction. Sessions and tokens end with it."""
    with in_the_transaction():
        for account in User.objects.filter(pk=customer_id):
            account.is_active = active
            account.save()


def rename_row(customer_id: UUID, address: str) -> None:
    """Has whoever has an account sign in by another address, in the command's transaction."""
    with in_the_transaction():
        User.objects.filter(pk=customer_id).update(email=name_of_account(address))


def digests_in_rows(customer_id: UUID) -> set[str]:
    """Returns the digest of the address that an account is called by, as the command's transaction sees it."""
    with in_the_transaction():
        return {digest_of(account) for account in User.objects.filter(pk=customer_id)}


def delete_row(customer_id: UUID) -> None:
    """Takes an account away, with all rows that point to it, in the command's transaction."""
    with in_the_transaction():
        User.objects.filter(pk=customer_id).delete()


def close_row(customer_id: UUID) -> None:
    """Takes an account away whose sessions and tokens end with it, in the command's transaction."""
    set_active(customer_id, active=False)
    delete_row(customer_id)


def open_row(customer_id: UUID, address: str, password: str) -> None:
    """Makes the row of a customer's account, with the hash of a password, in the command's transaction."""
    with in_the_transaction():
        User(pk=customer_id, email=name_of_account(address), password=password).save(force_insert=True)


def change_password_of(customer_id: UUID, password: str) -> None:
    """Sets the hash of a customer's password, and ends their sessions and tokens, in the command's transaction."""
    with in_the_transaction():
        for account in User.objects.filter(pk=customer_id):
            account.password = password
            account.save(update_fields=["password"])
            account.sign_out()
