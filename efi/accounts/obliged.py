"""Who has to have a second factor: by what they may do, or all staff; and whoever has one may not go without it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied

from efi.accounts import second_factor

POWERS: set[str] = set()
"""The permissions of which one obliges: `catalog.change_price`."""
WANTED, BY_POWERS, ALL = "wanted", "powers", "all"
SETTING_UP = ("/api/v1/me/second-factor", "/api/v1/me/confirm", "/api/v1/auth/")
"""Where the API lets by whoever still has to set up theirs."""


def requires_second_factor(*permissions: str) -> None:
    """Registers permissions whose holders among staff must have a second factor."""
    POWERS.update(permissions)


def must_have(account: Any) -> bool:
    """Tells whether an account is to have a second factor, as EFI_SECOND_FACTOR asks for it."""
    if not (account.is_authenticated and account.is_staff) or settings.EFI_SECOND_FACTOR == WANTED:
        return False
    return settings.EFI_SECOND_FACTOR == ALL or any(account.has_perm(power) for power in POWERS)


def why_it_stays(account: Any) -> str:
    """Returns why an account may not go without its second factor, or ""."""
    if must_have(account):
        return "you may do what needs a second factor: replace it, but keep one"
    if second_factor.is_needed_by_password(account):
        return "your password is too short to stand alone: choose a longer one first"
    return ""


class SecondFactorNeeded(PermissionDenied):
    """An account that must have a second factor is to set it up before it does anything else."""

    code = "second_factor_needed"


def lacks(account: Any) -> bool:
    """Tells whether an account may do nothing yet but set up the second factor that it must have."""
    return must_have(account) and not second_factor.is_on(account)


def must_not_lack(account: Any, path: str) -> None:
    """Raises `SecondFactorNeeded` where an account may do nothing yet, except at the address where it sets one up."""
    if not path.startswith(SETTING_UP) and lacks(account):
        raise SecondFactorNeeded("set up a second factor first: you may do what needs one")
