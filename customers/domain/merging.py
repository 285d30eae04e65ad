"""What goes over from a customer who turned out to be the same as another."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from customers.domain.address_book import MOST_ADDRESSES, AddressBook
from customers.domain.nature import Nature
from customers.domain.reaching import Reaching
from customers.events import (
    AddressAdded,
    BusinessDescribed,
    BusinessIdentified,
    ConsumerDescribed,
    ContactChanged,
    EmailChanged,
    EmailProven,
    TraitsDescribed,
)
from efi.domain.events import Event


def newest_contact(customer_id: UUID, own: Reaching, others: Reaching) -> Iterator[Event]:
    """Yields how the other is reached, if that was said later."""
    if _is_later(others.contact_since, own.contact_since):
        yield ContactChanged(
            customer_id=customer_id,
            phone=others.phone,
            other_phone=others.other_phone,
            role=others.role,
            preferred=others.preferred,
        )


def email_where_none_is(customer_id: UUID, own: Reaching, others: Reaching) -> Iterator[Event]:
    """Yields the other's e-mail address, as proven or not as it was there, where one has none of one's own."""
    if others.email and not own.email:
        known = EmailProven if others.has_proven_email else EmailChanged
        yield known(customer_id=customer_id, email=others.email)


def newest_nature(customer_id: UUID, own: Nature, others: Nature) -> Iterator[Event]:
    """Yields what was said later of the other, as far as it is asked of the own type too."""
    if own.is_business is others.is_business and _is_later(others.profile_since, own.profile_since):
        if others.consumer:
            yield ConsumerDescribed(customer_id=customer_id, profile=others.consumer)
        if others.business:
            yield BusinessDescribed(customer_id=customer_id, profile=others.business)
    if own.type == others.type and _is_later(others.traits_since, own.traits_since):
        yield TraitsDescribed(customer_id=customer_id, traits=others.traits)
    if own.is_business and own.licence is None and others.licence:
        yield BusinessIdentified(customer_id=customer_id, licence=others.licence)


def joined_addresses(customer_id: UUID, own: AddressBook, others: AddressBook) -> Iterator[Event]:
    """Yields the other's addresses that are not the same as one's own, as far as there is room for them."""
    known, room = list(own.addresses.values()), MOST_ADDRESSES - len(own.addresses)
    news = {key: one for key, one in others.addresses.items() if one and one not in known and key not in own.addresses}
    for address_id, address in list(news.items())[:room]:
        yield AddressAdded(customer_id=customer_id, address_id=address_id, address=address, country=address.country)


def _is_later(theirs: datetime | None, ours: datetime | None) -> bool:
    return theirs is not None and (ours is None or theirs > ours)
