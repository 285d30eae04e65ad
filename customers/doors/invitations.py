"""Invitations: a customer whom staff have entered opens their account by a link."""

from uuid import UUID

from customers.commands.accounts import INVITATION, AcceptInvitation, invited_address
from customers.doors.fields import must_do, wrong
from customers.doors.own import known
from efi.accounts import links, new_passwords
from efi.accounts.names import name_of_account
from efi.domain.errors import NotFound
from efi.http.rate_limits import SIGN_INS, spend
from efi.writing.dispatch import dispatch


def invites(token: str) -> UUID | None:
    """Returns the customer whom a link invites, and leaves the link as it is."""
    link = links.find(INVITATION, token)
    address = invited_address(link.account) if link else None
    return link.account if link and address and link.is_for(name_of_account(address)) else None


def accept(token: str, password: str, network: str) -> UUID:
    """Opens the account that a link invites to, and returns its id; raises `Malformed` and `TooMany`."""
    spend(SIGN_INS, network)
    over = wrong("token", "link_is_over", "this link was used already, or is over: ask for another one")
    customer_id = invites(token)
    if not customer_id:
        raise over
    must_do(password, known(customer_id))
    left = new_passwords.leave(password, links.key_of(INVITATION, token))
    try:
        dispatch(AcceptInvitation(customer_id=customer_id, password_id=left), actor=str(customer_id))
    except NotFound as error:
        raise over from error
    return customer_id
