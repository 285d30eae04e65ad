"""A customer's addresses, and those that are taken where no other is named."""

from dataclasses import dataclass, field
from uuid import UUID

from customers.events import AddressAdded, AddressChanged, AddressRemoved, DefaultAddressChosen
from customers.values import Address, AddressUse
from efi.domain.errors import NotFound, Rejected
from efi.domain.payloads import Personal

AddressFact = AddressAdded | AddressChanged | AddressRemoved | DefaultAddressChosen
MOST_ADDRESSES = 50


@dataclass(kw_only=True)
class AddressBook:
    """Its verbs return events, which the customer records."""

    addresses: dict[UUID, Personal[Address]] = field(default_factory=dict)
    chosen: dict[AddressUse, UUID] = field(default_factory=dict)

    def default(self, use: AddressUse) -> UUID | None:
        """Returns the address that is taken for a use: the one that was chosen, or the oldest."""
        return self.chosen.get(use) or next(iter(self.addresses), None)

    def enter(self, customer_id: UUID, address_id: UUID, address: Address) -> AddressAdded:
        if len(self.addresses) >= MOST_ADDRESSES:
            raise Rejected(f"{MOST_ADDRESSES} addresses are the most", code="too_many_addresses")
        if address_id in self.addresses:
            raise Rejected("this address is in the book already", code="address_known")
        return AddressAdded(customer_id=customer_id, address_id=address_id, address=address, country=address.country)

    def change(self, customer_id: UUID, address_id: UUID, address: Address) -> AddressChanged | None:
        self._must_hold(address_id)
        if self.addresses[address_id] == address:
            return None
        return AddressChanged(customer_id=customer_id, address_id=address_id, address=address, country=address.country)

    def strike_out(self, customer_id: UUID, address_id: UUID) -> AddressRemoved:
        self._must_hold(address_id)
        return AddressRemoved(customer_id=customer_id, address_id=address_id)

    def choose(self, customer_id: UUID, address_id: UUID, use: AddressUse) -> DefaultAddressChosen | None:
        self._must_hold(address_id)
        if self.default(use) == address_id:
            return None
        return DefaultAddressChosen(customer_id=customer_id, address_id=address_id, use=use)

    def evolve(self, event: AddressFact) -> None:
        match event:
            case AddressAdded() | AddressChanged():
                self.addresses[event.address_id] = event.address
            case AddressRemoved():
                self.addresses.pop(event.address_id, None)
                self.chosen = {use: one for use, one in self.chosen.items() if one != event.address_id}
            case DefaultAddressChosen():
                self.chosen[event.use] = event.address_id

    def _must_hold(self, address_id: UUID) -> None:
        if address_id not in self.addresses:
            raise NotFound(f"there is no address {address_id}")
