"""A customer on one page, for whoever looks somebody up."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from customers.admin.looks import last_looks
from customers.admin.verbs import in_a_line, whole
from customers.domain.customer import Customer as Aggregate
from customers.models import Consent, Customer
from customers.values import AddressUse, Phone
from efi.domain import countries
from efi.domain.payloads import dump
from efi.staff.accounts import names_of
from efi.staff.commands.fields import in_words
from efi.staff.histories import values_in
from efi.staff.marks import link_to, mark
from efi.staff.records.panels import Panel, few, kept_as, link_to_record, panel

Facts = Sequence[tuple[str, object]]


def customer_sheet(record: Customer) -> list[Panel]:
    """Returns what there is to know of a customer, as far as it may be seen."""
    known = whole(record)
    open_to_all = [_kind(record, known), _credit(record)]
    personal = [*_personal(record, known)] if record.seen else []
    return [*open_to_all, *personal, kept_as(record)]


def _kind(record: Customer, known: Aggregate) -> Panel:
    primary = Customer.objects.filter(pk=record.merged_into).first() if record.merged_into else None
    return panel(
        "Who it is",
        ("type", record.get_type_display()),
        ("segment", record.get_segment_display() if record.segment else None),
        ("buys at", f"{record.get_tier_display()} prices"),
        ("can sign in", record.has_account),
        ("since", record.registered_at),
        ("tags", ", ".join(record.tags)),
        ("goes on as", link_to_record(primary)),
        ("merged from", len(known.merged) or None),
        figure=mark(record.standing),
    )


def _credit(record: Customer) -> Panel:
    limit = f"{record.credit_currency} {record.credit_limit}" if record.credit_limit is not None else None
    waits = "waits for a second person" if record.credit_proposal_id else None
    return panel("Credit", ("days", record.credit_days), ("limit", limit), ("a proposal", waits))


def _personal(record: Customer, known: Aggregate) -> Iterator[Panel]:
    yield panel(
        "How they are reached",
        ("name", record.name),
        ("role", known.reaching.role),
        ("e-mail", record.email),
        ("e-mail proven", record.email_proven),
        ("telephone", _phone(known.reaching.phone)),
        ("other telephone", _phone(known.reaching.other_phone)),
        ("prefers", in_words(known.reaching.preferred)),
    )
    yield panel("Addresses", few=few("addresses", ("address", "taken for"), _addresses(known)), wide=True)
    if known.nature.licence:
        yield panel("The business", *_facts(known.nature.licence))
    if profile := known.nature.consumer or known.nature.business:
        yield panel("Profile", *_facts(profile))
    if known.nature.traits:
        yield panel("As such", *_facts(known.nature.traits))
    yield panel("Consents", *_consents(known), links=[link_to(Consent, "all consents", customer_id=record.pk)])
    yield panel("Notes", few=few("notes", ("when", "who", "what"), _notes(record)), wide=True)
    yield panel("Who looked", few=few("the last looks", ("when", "who"), last_looks(UUID(record.pk))))


def _addresses(known: Aggregate) -> Iterator[tuple[str, str]]:
    for key, address in known.book.addresses.items():
        if address:
            uses = ", ".join(use for use in AddressUse if known.book.default(use) == key)
            country = countries.names().get(address.country, address.country)
            yield f"{in_a_line(address).removesuffix(address.country)}{country}", uses


def _consents(known: Aggregate) -> Facts:
    return [(kind, f"version {version}") for kind, version in known.agreements.given.items()]


def _notes(record: Customer) -> list[tuple[object, str, str]]:
    names = names_of({note["by"] for note in record.notes})
    return [(datetime.fromisoformat(note["at"]), names[note["by"]], note["text"]) for note in reversed(record.notes)]


def _facts(said: object) -> Facts:
    """Returns what is said of a customer, each with its name in words."""
    return [
        (
            ": ".join(map(in_words, path)),
            ", ".join(str(_said(one)) for one in value) if isinstance(value, list) else _said(value),
        )
        for path, value in values_in(dump(said)).items()
        if value not in (None, "", [])
    ]


def _said(value: object) -> object:
    """Returns a value as pages write it: one of a list of words without its underscores."""
    if isinstance(value, list):
        return ", ".join(str(_said(one)) for one in value)
    return value.replace("_", " ") if isinstance(value, str) and value.islower() else value


def _phone(phone: Phone | None) -> str | None:
    if phone is None:
        return None
    return f"{phone.typed} ({phone.number})" if phone.number and phone.number != phone.typed else phone.typed
