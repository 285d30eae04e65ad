"""Corrections of a stock: what one person has adjusted or written off alone, and how much more they may."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.domain.pricing import A_WEEK
from catalog.events import AdjustmentProposed, LotAdjusted, LotWrittenOff
from efi.domain.events import Event

MOST_ALONE = Decimal(500)
"""What one person may correct within a week without a second, in BBD (docs/domain.md#lots)."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Units that somebody has adjusted or written off without a second person."""

    by: str
    units: int
    at: datetime


@dataclass(kw_only=True)
class Corrections:
    """What has been corrected of one stock by one person alone, for as long as it counts."""

    made: tuple[Correction, ...] = field(default=())

    def may_be_made_alone(self, asked: AdjustmentProposed, at: datetime) -> bool:
        """Returns whether this and what the same person has corrected within a week are worth at most `MOST_ALONE`.

        What nobody knows the worth of in BBD may not.
        """
        if not asked.unit_value:
            return False
        units = self.lately_by(asked.proposed_by, at) + abs(asked.change)
        return asked.unit_value.amount * units <= MOST_ALONE

    def lately_by(self, person: str, at: datetime) -> int:
        """Returns the units that a person has corrected alone within a week."""
        return sum(one.units for one in self.made if one.by == person and at - one.at < A_WEEK)

    def evolve(self, event: Event, at: datetime | None) -> None:
        match event:
            case LotAdjusted(approved_by=None):
                self.made = self._with(event.adjusted_by, abs(event.change), at)
            case LotWrittenOff(approved_by=None):
                self.made = self._with(event.written_off_by, event.quantity, at)

    def _with(self, by: str, units: int, at: datetime | None) -> tuple[Correction, ...]:
        """Returns what counts once these units are corrected; as it was where nobody says when they are."""
        if at is None:
            return self.made
        recent = (one for one in self.made if at - one.at < A_WEEK)
        return (*recent, Correction(by=by, units=units, at=at))
