"""Names of accounts that tell nobody whose they are."""

from django.utils.crypto import salted_hmac


def digest(text: str) -> str:
    """Returns a keyed digest of an address or a network, which tells nothing of it without the key."""
    return salted_hmac("efi.accounts", text, algorithm="sha256").hexdigest()


def name_of_account(address: str) -> str:
    """Returns what the row of a customer's account is called instead of by their folded address.

    Nothing is ever sent there: no domain below .invalid is anybody's (RFC 2606).
    """
    return f"{digest(address)}@customers.invalid"
