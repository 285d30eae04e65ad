"""What other contexts may ask of a customer, and what they say before one is forgotten."""

from uuid import UUID

from customers.commands.forgetting import may_not_forget_while
from customers.commands.registration import customers
from customers.values import Address, AddressUse, CreditTerms, CustomerType, PricingTier, tier_of

__all__ = [
    "address_of",
    "addresses_of",
    "credit_of",
    "default_address_of",
    "may_buy",
    "may_not_forget_while",
    "tier_of_customer",
    "type_of",
]


def type_of(customer_id: UUID) -> CustomerType:
    """Returns what kind of customer this is, as the present transaction sees it; raises `NotFound`."""
    return customers.must_exist(customer_id).nature.type


def tier_of_customer(customer_id: UUID) -> PricingTier:
    """Returns the prices that a customer buys at, as the present transaction sees it; raises `NotFound`."""
    return tier_of(type_of(customer_id))


def may_buy(customer_id: UUID) -> bool:
    """Tells whether a customer is active, and neither merged into another nor forgotten; raises `NotFound`."""
    return customers.must_exist(customer_id).may_buy


def addresses_of(customer_id: UUID) -> dict[UUID, Address]:
    """Returns a customer's addresses by their ids, the oldest first; none once they are forgotten."""
    held = customers.must_exist(customer_id).book.addresses
    return {address_id: address for address_id, address in held.items() if address}


def address_of(customer_id: UUID, address_id: UUID) -> Address | None:
    """Returns one address of a customer, or None where it is not in their book; raises `NotFound` for no customer."""
    return addresses_of(customer_id).get(address_id)


def default_address_of(customer_id: UUID, use: AddressUse) -> UUID | None:
    """Returns the id of the address that is taken for a use where no other is named; None in an empty book."""
    return customers.must_exist(customer_id).book.default(use)


def credit_of(customer_id: UUID) -> CreditTerms | None:
    """Returns the terms of credit that two people have granted; None for whoever pays at once."""
    return customers.must_exist(customer_id).credit.terms
