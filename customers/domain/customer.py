"""A customer: who buys."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from uuid import UUID

from customers.domain.account import Account, AccountFact
from customers.domain.address_book import AddressBook, AddressFact
from customers.domain.agreements import Agreements, ConsentFact
from customers.domain.credit import Credit, CreditFact
from customers.domain.forgetting import Forgetting, ForgettingFact
from customers.domain.merging import email_where_none_is, joined_addresses, newest_contact, newest_nature
from customers.domain.nature import Nature, NatureFact
from customers.domain.reaching import Reaching, ReachingFact
from customers.events import (
    AccountMerged,
    CustomerClosed,
    CustomerForgotten,
    CustomerRegistered,
    CustomerTagged,
    NoteAdded,
)
from customers.values import (
    CONSUMERS,
    Address,
    AddressUse,
    BusinessProfile,
    ConsentKind,
    ConsumerProfile,
    ContactMethod,
    CreditTerms,
    CustomerType,
    Licence,
    Phone,
    Segment,
    Traits,
    phone_of,
)
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from efi.domain.fields import each_once


@aggregate("customer")
class Customer(Aggregate):
    """A person or a business that buys from us. Once forgotten, it stays blank."""

    reaching: Reaching = field(default_factory=Reaching)
    nature: Nature = field(default_factory=Nature)
    book: AddressBook = field(default_factory=AddressBook)
    agreements: Agreements = field(default_factory=Agreements)
    credit: Credit = field(default_factory=Credit)
    forgetting: Forgetting = field(default_factory=Forgetting)
    tags: tuple[str, ...] = ()
    account: Account = field(default_factory=Account)
    closed_into: UUID | None = None
    """The customer who goes on in this one's place."""
    merged: tuple[UUID, ...] = ()
    """The customers that this one goes on in place of."""

    @property
    def owner(self) -> UUID | None:
        """Returns whose own this is: of one that was merged, the customer who goes on in its place."""
        return self.closed_into or self.id

    @property
    def may_buy(self) -> bool:
        return self.account.active and not self.forgetting.done and self.closed_into is None

    @property
    def has_account(self) -> bool:
        return self.account.is_open

    @property
    def is_invited(self) -> bool:
        return self.account.invited and not self.has_account and self.may_buy

    @property
    def person(self) -> UUID | None:
        return self.id

    def register(self, *, kind: CustomerType, name: str, email: str | None) -> None:
        self.record(CustomerRegistered(customer_id=self.identity, type=kind, name=name, email=email))

    def open_account(self) -> None:
        self._record(self.account.open(self.identity))

    def invite(self, email: str) -> None:
        told = self.account.invite(self.identity, email)
        self._record(self.reaching.change_email(self.identity, email))
        self._record(told)

    def accept_invitation(self) -> str:
        """Opens the account; returns the address that is proven by it."""
        email = self.reaching.email
        if not self.is_invited or not email:
            raise Rejected("this customer is not invited", code="not_invited")
        self.prove_email(email)
        self.open_account()
        return email

    def open_account_at(self, email: str) -> None:
        """Opens the account for whoever has proven the address that the customer is known by, invited or not."""
        if email != self.reaching.email:
            raise Rejected("this address is another customer's by now", code="taken")
        self.account.must_be_active()
        self.prove_email(email)
        self.open_account()

    def offer_reset(self) -> None:
        self._record(self.account.offer_reset(self.identity))

    def rename(self, name: str) -> None:
        self._record(self.reaching.rename(self.identity, name))

    def change_contact(
        self, *, phone: Phone | None, other_phone: Phone | None, role: str, preferred: ContactMethod
    ) -> None:
        self._record(self.reaching.change_contact(self.identity, phone, other_phone, role, preferred))

    def amend(
        self,
        *,
        name: str | None,
        phone: str | None,
        other_phone: str | None,
        role: str | None,
        preferred: ContactMethod | None,
    ) -> None:
        """Renames, and changes how the customer is reached; what is None stays, and numbers are as they were typed."""
        known = self.reaching
        self._record(known.rename(self.identity, name) if name is not None else None)
        self.change_contact(
            phone=known.phone if phone is None else phone_of(phone),
            other_phone=known.other_phone if other_phone is None else phone_of(other_phone),
            role=(known.role or "") if role is None else role,
            preferred=preferred or known.preferred,
        )

    def change_email(self, email: str) -> None:
        self._must_not_sign_in()
        self._record(self.reaching.change_email(self.identity, email))

    def confirm_email(self, email: str) -> None:
        """Takes an address at the word of staff, for somebody who cannot sign in by it."""
        self._must_not_sign_in()
        self.prove_email(email)

    def prove_email(self, email: str) -> None:
        self._record(self.reaching.prove_email(self.identity, email))

    def retype(self, kind: CustomerType, reason: str) -> None:
        if kind in CONSUMERS and (self.credit.terms or self.credit.proposed):
            raise Rejected("a business that has credit cannot become a private customer", code="has_credit")
        self._record(self.nature.retype(self.identity, kind, reason))

    def place(self, segment: Segment, reason: str) -> None:
        self._record(self.nature.place(self.identity, segment, reason))

    def describe_consumer(self, profile: ConsumerProfile) -> None:
        self._record(self.nature.describe_consumer(self.identity, profile))

    def describe_business(self, profile: BusinessProfile) -> None:
        self._record(self.nature.describe_business(self.identity, profile))

    def identify(self, licence: Licence) -> None:
        self._record(self.nature.identify(self.identity, licence))

    def describe_traits(self, traits: Traits, today: date) -> None:
        self._record(self.nature.describe_traits(self.identity, traits, today))

    def add_address(self, address_id: UUID, address: Address) -> None:
        self._record(self.book.enter(self.identity, address_id, address))

    def begin_book(self, address_id: UUID, address: Address | None) -> None:
        """Puts in the first address, if one is known."""
        if address:
            self.add_address(address_id, address)

    def change_address(self, address_id: UUID, address: Address) -> None:
        self._record(self.book.change(self.identity, address_id, address))

    def remove_address(self, address_id: UUID) -> None:
        self._record(self.book.strike_out(self.identity, address_id))

    def choose_address(self, address_id: UUID, use: AddressUse) -> None:
        self._record(self.book.choose(self.identity, address_id, use))

    def tag(self, tags: tuple[str, ...]) -> None:
        told = tuple(sorted(each_once(tags)))
        self._record(CustomerTagged(customer_id=self.identity, tags=told) if told != self.tags else None)

    def note(self, note_id: UUID, text: str, by: str) -> None:
        self._record(NoteAdded(customer_id=self.identity, note_id=note_id, text=text, written_by=by))

    def propose_credit(self, proposal_id: UUID, terms: CreditTerms, reason: str, by: str) -> None:
        if not self.nature.is_business:
            raise Rejected("credit is for businesses alone", code="credit_for_businesses")
        self._record(self.credit.propose(self.identity, proposal_id, terms, reason, by))

    def approve_credit(self, proposal_id: UUID, by: str) -> None:
        self._record(self.credit.approve(self.identity, proposal_id, by))

    def decline_credit(self, proposal_id: UUID, reason: str, by: str) -> None:
        self._record(self.credit.decline(self.identity, proposal_id, reason, by))

    def withdraw_credit(self, reason: str, by: str) -> None:
        self._record(self.credit.withdraw(self.identity, reason, by))

    def give_consent(self, kind: ConsentKind, version: str, network_address: str) -> None:
        self._record(self.agreements.give(self.identity, kind, version, network_address))

    def withdraw_consent(self, kind: ConsentKind, network_address: str) -> None:
        self._record(self.agreements.withdraw(self.identity, kind, network_address))

    def deactivate(self, reason: str, by: str) -> None:
        self._record(self.account.deactivate(self.identity, reason, by))

    def reactivate(self, by: str) -> None:
        self._record(self.account.reactivate(self.identity, by))

    def take_over(self, other: "Customer", by: str) -> None:
        """Goes on in place of another: with what was said last of either, and the addresses of both."""
        if other.has_account and not self.has_account:
            raise Rejected("the one who can sign in has to be the one who stays", code="keep_the_account")
        customer_id = self.identity
        news = (
            *email_where_none_is(customer_id, self.reaching, other.reaching),
            *newest_contact(customer_id, self.reaching, other.reaching),
            *newest_nature(customer_id, self.nature, other.nature),
            *joined_addresses(customer_id, self.book, other.book),
        )
        self._record(AccountMerged(customer_id=customer_id, merged_id=other.identity, merged_by=by))
        for made in news:
            self._record(made)
        self.tag((*self.tags, *other.tags))

    def close_into(self, primary_id: UUID, by: str) -> None:
        if primary_id == self.identity:
            raise Rejected("a customer is not merged with itself", code="merged_with_itself")
        if self.credit.terms:
            raise Rejected("withdraw the credit of the one that is closed first", code="has_credit")
        self._record(CustomerClosed(customer_id=self.identity, primary_id=primary_id, closed_by=by))

    def follow(self, primary_id: UUID, by: str) -> None:
        """Goes over to whoever goes on in place of the customer who went on in this one's."""
        self.record(CustomerClosed(customer_id=self.identity, primary_id=primary_id, closed_by=by))

    def forget(
        self, proposal_id: UUID, reason: str, still_open: Sequence[str], *, forced: bool, by: str, owner: UUID | None
    ) -> None:
        """Forgets at once at their own word; otherwise that waits for a second person."""
        if owner == self.id:
            fact: Event = self.forgetting.at_own_word(self.identity, still_open)
        else:
            fact = self.forgetting.propose(self.identity, proposal_id, reason, still_open, forced=forced, by=by)
        self._record(fact)

    def approve_forgetting(self, proposal_id: UUID, still_open: Sequence[str], by: str) -> None:
        self._record(self.forgetting.approve(self.identity, proposal_id, still_open, by))

    def decline_forgetting(self, proposal_id: UUID, by: str) -> None:
        self._record(self.forgetting.decline(self.identity, proposal_id, by))

    def forget_with(self, primary_id: UUID) -> None:
        """Forgets along with the customer who goes on in this one's place."""
        if self.closed_into == primary_id and not self.forgetting.done:
            self.record(CustomerForgotten(customer_id=self.identity))

    def forget_again(self, *, has_key: bool) -> None:
        """Forgets somebody whom a backup has brought back; refused of whoever was never forgotten."""
        if has_key:
            raise Rejected("nobody has forgotten this customer before", code="never_forgotten")
        if not self.forgetting.done:
            self.record(CustomerForgotten(customer_id=self.identity))

    def evolve(self, event: Event) -> None:
        if isinstance(event, ReachingFact):
            self.reaching.evolve(event, self.moment)
        if isinstance(event, NatureFact):
            self.nature.evolve(event, self.moment)
        match event:
            case _ if isinstance(event, AddressFact):
                self.book.evolve(event)
            case _ if isinstance(event, ConsentFact):
                self.agreements.evolve(event)
            case _ if isinstance(event, CreditFact):
                self.credit.evolve(event)
            case CustomerTagged():
                self.tags = event.tags or ()
            case _ if isinstance(event, AccountFact):
                self.account.evolve(event)
            case AccountMerged():
                self.agreements, self.merged = Agreements(), (*self.merged, event.merged_id)
            case CustomerClosed():
                self.closed_into, self.account.is_open = event.primary_id, False
                self.agreements, self.credit, self.forgetting = Agreements(), Credit(), Forgetting()
            case _ if isinstance(event, ForgettingFact):
                self.forgetting.evolve(event)
        if isinstance(event, CustomerForgotten):
            self.reaching, self.book, self.account.is_open = Reaching(), AddressBook(), False
            self.nature = Nature(type=self.nature.type, segment=self.nature.segment)
            self.agreements, self.credit, self.tags = Agreements(), Credit(), ()

    def _record(self, fact: Event | None) -> None:
        """Records what a part has decided, if anything has changed, unless the customer is gone."""
        self._must_be_known()
        if fact:
            self.record(fact)

    def _must_not_sign_in(self) -> None:
        if self.has_account:
            said = "whoever has an account changes the address themselves, at /account/email, by a code sent there"
            raise Rejected(said, code="has_account")

    def _must_be_known(self) -> None:
        if self.forgetting.done:
            raise Rejected("this customer is forgotten", code="forgotten")
        if self.closed_into:
            raise Rejected(f"this customer is {self.closed_into} now", code="merged")
