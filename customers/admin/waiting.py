"""The commands by which a second person says yes or no to what of the customers waits, and what they compare."""

from collections.abc import Iterator
from uuid import UUID

from customers.commands.credit import ApproveCredit, DeclineCredit
from customers.commands.forgetting import ApproveForgetting, DeclineForgetting, still_open
from customers.commands.registration import customers
from customers.models import Customer
from customers.records.approvals import Kind
from efi.staff.decisions import Part, decided_by
from efi.staff.models import Approval


def of_credit(approval: Approval) -> Iterator[Part]:
    """Yields the terms, part by part, beside those that hold now."""
    credit = customers.load(UUID(approval.subject_id)).credit
    if credit.proposed is None:
        return
    old, new = credit.terms, credit.proposed.terms
    yield Part(name="limit", before=str(old.limit) if old else "none", after=str(new.limit))
    yield Part(name="days", before=str(old.days) if old else "none", after=str(new.days))


def of_forgetting(approval: Approval) -> Iterator[Part]:
    """Yields what would go, and what is still open."""
    customer = customers.load(UUID(approval.subject_id))
    yield Part(name="customer", before=approval.before, after=approval.after)
    yield Part(name="addresses", before=str(len(customer.book.addresses)), after="0")
    yield Part(name="account", before="can sign in" if customer.has_account else "none", after="none")
    for said in still_open(customer):
        yield Part(name="still open", before=said, after=said)


decided_by(Kind.CREDIT, Customer, yes=ApproveCredit, no=DeclineCredit, compares=of_credit)
decided_by(Kind.FORGETTING, Customer, yes=ApproveForgetting, no=DeclineForgetting, compares=of_forgetting)
