"""What a customer has agreed to."""

from dataclasses import dataclass, field
from uuid import UUID

from customers.events import ConsentGiven, ConsentWithdrawn
from customers.values import TEXTS, ConsentKind
from efi.domain.errors import Rejected

ConsentFact = ConsentGiven | ConsentWithdrawn


@dataclass(kw_only=True)
class Agreements:
    """Its verbs return events, which the customer records."""

    given: dict[ConsentKind, str] = field(default_factory=dict)
    """The version of each text that is agreed to."""

    def give(self, customer_id: UUID, kind: ConsentKind, version: str, network_address: str) -> ConsentGiven | None:
        if version != TEXTS[kind]:
            raise Rejected(f"the text is that of {TEXTS[kind]} now, and not of {version}", code="other_text")
        if self.given.get(kind) == version:
            return None
        return ConsentGiven(
            customer_id=customer_id, kind=kind, version=version, network_address=network_address or None
        )

    def withdraw(self, customer_id: UUID, kind: ConsentKind, network_address: str) -> ConsentWithdrawn | None:
        if kind not in self.given:
            return None
        return ConsentWithdrawn(customer_id=customer_id, kind=kind, network_address=network_address or None)

    def evolve(self, event: ConsentFact) -> None:
        match event:
            case ConsentGiven():
                self.given[event.kind] = event.version
            case ConsentWithdrawn():
                self.given.pop(event.kind, None)
