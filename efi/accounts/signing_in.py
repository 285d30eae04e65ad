"""Signing in, by whichever door: the address, the password, and a code where a second factor is on."""

from typing import Any

from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from efi.accounts import lockout, second_factor
from efi.accounts.names import digest_of, name_of_account
from efi.http.rate_limits import client_of
from efi.log.keys import digest
from efi.models import User, folded

LONGEST_ADDRESS = 254


class SignInRefused(AuthenticationFailed):
    """Address, password or code are wrong, or the account is shut: which of these is not told."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("address, password or code are wrong")


class CodeNeeded(AuthenticationFailed):
    """The password is right, and a code of the second factor has to come with it."""

    code = "code_needed"

    def __init__(self, account: User) -> None:
        super().__init__("a code of the second factor is needed, in `code`")
        self.account = account


class ByAddress(ModelBackend):
    """Django's check of a password, for accounts that are called by their address or by a digest of it.

    It takes as long for an address that nobody has, as a password is then hashed all the same.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **also: Any
    ) -> User | None:
        address = username or also.get(User.USERNAME_FIELD)
        if address is None or password is None:
            return None
        account = account_of(address)
        if account is None:
            User().set_password(password)
            return None
        right = account.check_password(password)
        return account if right and self.user_can_authenticate(account) else None

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Returns an account's own permissions, by the rows that link them to it.

        Django's query begins at all permissions, each of which MongoDB would look up.
        """
        held = User.user_permissions.through.objects.filter(user_id=user_obj.pk)
        return Permission.objects.filter(pk__in=list(held.values_list("permission_id", flat=True)))

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        groups = User.groups.through.objects.filter(user_id=user_obj.pk).values_list("group_id", flat=True)
        held = Group.permissions.through.objects.filter(group_id__in=list(groups))
        return Permission.objects.filter(pk__in=list(held.values_list("permission_id", flat=True)))


def account_of(address: str) -> User | None:
    """Returns the account of an address: that of staff where somebody buys from us too."""
    known = folded(address)
    return User.objects.filter(email__in=[known, name_of_account(known)]).order_by("-is_staff").first()


def check(request: HttpRequest, address: str, password: str, code: str = "") -> User:
    """Returns the account that somebody may sign in to; the session is begun by `begin_session`.

    Raises `SignInRefused`, `CodeNeeded`, and `TooMany` where too much has failed before.
    """
    tried = lockout.begin(lockout.SIGN_IN, digest(folded(address[:LONGEST_ADDRESS])), client_of(request))
    account = authenticate(request, username=address[:LONGEST_ADDRESS], password=password)
    if not isinstance(account, User):
        raise SignInRefused
    if second_factor.is_on(account):
        if not code:
            tried.was_none()
            raise CodeNeeded(account)
        if not second_factor.accepts(account, code):
            raise SignInRefused
    tried.succeeded()
    return account


def check_code(request: HttpRequest, account: User, code: str) -> None:
    """Checks the code of somebody whose password was right just now; raises `SignInRefused` and `TooMany`."""
    tried = lockout.begin(lockout.SIGN_IN, digest_of(account), client_of(request))
    if not account.is_active or not second_factor.accepts(account, code):
        raise SignInRefused
    tried.succeeded()


def begin_session(request: HttpRequest, account: User) -> None:
    """Begins a session with a new key and nothing of the one before, whoever's that was."""
    request.session.flush()
    login(request, account)
