"""Names of accounts that tell nobody whose they are."""

from efi.log.keys import digest
from efi.models import User

OF_CUSTOMERS = "@customers.invalid"


def name_of_account(address: str) -> str:
    """Returns what the row of a customer's account is called instead of by their folded address.

    Nothing is ever sent there: no domain below .invalid is anybody's (RFC 2606).
    """
    return f"{digest(address)}{OF_CUSTOMERS}"


def is_of_a_customer(account: User) -> bool:
    return str(account.email).endswith(OF_CUSTOMERS)


def digest_of(account: User) -> str:
    """Returns the digest of an account's address, which is all that a customer's row says of it."""
    return str(account.email).removesuffix(OF_CUSTOMERS) if is_of_a_customer(account) else digest(account.email)
