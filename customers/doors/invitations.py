"""Invitations: a customer whom staff have entered opens their account by a link."""

from uuid import UUID

from customers.commands.accounts import INVITATION, AcceptInvitation, invited_address
from customers.doors.fields import must_do, wrong
from efi.accounts import links, new_passwords
from efi.accounts.names import name_of_account
from efi.http.rate_limits import SIGN_INS, spend
from efi.models import User
from efi.writing.dispatch import dispatch


def invites(token: str) -> UUID | None:
    """Returns the customer whom a link invites, and leaves the link as it is."""
    link = links.find(INVITATION, token)
    address = invited_address(link.account) if link else None
    return link.account if link and address and link.is_for(name_of_account(address)) else None


def accept(token: str, password: str, network: str) -> UUID:
    """Opens the account that a link invites to, and returns its id; raises `Malformed` and `TooMany`."""
    spend(SIGN_INS, network)
    customer_id = invites(token)
    if customer_id:
        must_do(password, User(email=invited_address(customer_id) or ""))
    if not customer_id or not links.use(INVITATION, token):
        raise wrong("token", "link_is_over", "this link was used already, or is over: ask for another one")
    accepted = AcceptInvitation(customer_id=customer_id, password_id=new_passwords.leave(password))
    dispatch(accepted, actor=str(customer_id))
    return customer_id
