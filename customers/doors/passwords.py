"""Passwords: forgotten, reset by a link, and changed; every door alike."""

from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.auth.password_validation import password_changed
from django.http import HttpRequest

from customers.commands.accounts import ChangePassword
from customers.doors.fields import must_do, wrong
from customers.doors.own import known
from efi.accounts import links, lockout, new_passwords, recent, second_factor
from efi.accounts.names import digest_of, is_of_a_customer
from efi.domain.errors import NotFound
from efi.http.rate_limits import SIGN_INS, client_of, spend
from efi.log.keys import seal_box
from efi.mails import outbox
from efi.models import User
from efi.writing.dispatch import dispatch

FORGOTTEN = "password_forgotten"
CHANGED_OF_STAFF = "password_of_staff_changed"
RESET = "reset"


def forgot(address: str, network: str) -> None:
    """Has a link sent to an address, if there is an account to reset: that is looked up in the background.

    Raises `TooMany`.
    """
    spend(SIGN_INS, network)
    outbox.ask(FORGOTTEN, seal_box(address, FORGOTTEN), address=address, network=network)


def resets(token: str) -> User | None:
    """Returns the account whose password a link resets, and leaves the link as it is."""
    link = links.find(RESET, token)
    account = User.objects.filter(pk=link.account, is_active=True).first() if link else None
    return account if account and link and link.is_for(account.email) else None


def reset(token: str, password: str, network: str) -> None:
    """Sets the password of the account that a link is for, and opens its doors; it signs nobody in.

    Raises `Malformed` where the link is used or over, or the password will not do, and `TooMany`.
    """
    spend(SIGN_INS, network)
    over = wrong("token", "link_is_over", "this link was used already, or is over: have another one sent")
    account = resets(token)
    if not account:
        raise over
    must_do(password, _known(account))
    try:
        change(account, password, links.key_of(RESET, token))
    except NotFound as error:
        raise over from error
    links.void(account.pk)
    lockout.lift(digest_of(account))


def replace(request: HttpRequest, account: User, old: str, new: str) -> None:
    """Replaces one's own password by another, and ends all sessions but this one, and all tokens.

    Where a second factor is on, a code of it must have been given lately. Raises `Malformed` where the old one is wrong
    or the new one will not do, `ReauthenticationNeeded`, and `TooMany`.
    """
    if second_factor.is_on(account):
        recent.must_be_recent(request)
    tried = lockout.begin(lockout.SIGN_IN, digest_of(account), client_of(request))
    if not account.check_password(old):
        raise wrong("old_password", "wrong_password", "this is not your password")
    tried.succeeded()
    must_do(new, _known(account), "new_password")
    change(account, new)
    account.refresh_from_db(fields=["password"])
    if SESSION_KEY in request.session:
        update_session_auth_hash(request, account)
    links.void(account.pk)


def change(account: User, password: str, link: str = "") -> None:
    """Changes a password. Whoever's it is, is told by mail, and its tokens and sessions end.

    Raises `NotFound` where the link of this key, by which it was chosen, is over.
    """
    if is_of_a_customer(account):
        password_changed(password, account)
        left = new_passwords.leave(password, link)
        dispatch(ChangePassword(customer_id=account.pk, password_id=left), actor=str(account.pk))
        return
    if link:
        links.take(link)
    account.set_password(password)
    account.save(update_fields=["password"])
    outbox.ask(CHANGED_OF_STAFF, account.pk)


def _known(account: User) -> User:
    return known(account.pk) if is_of_a_customer(account) else account
