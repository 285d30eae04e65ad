"""Kegs from a file: what is new is tapped, and what is there costs what the file says."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from efi.domain.context import made_by
from efi.domain.errors import Refusal
from efi.domain.values import Money
from efi.imports.importer import Importer, Orders
from efi.imports.kinds import Kind, Option, register
from efi.imports.tables import Columns, Row
from efi.writing import claims
from tavern.commands.kegs import DrawPints, RepriceKeg, TapKeg, kegs
from tavern.values import MOST_PINTS

ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PRICE = re.compile(r"[0-9]{1,4}(\.[0-9]{2})?")


@dataclass(frozen=True, kw_only=True)
class KegRow:
    """A keg as a file has it."""

    line: int
    name: str
    cellar: str
    pints: int
    price: str


class KegImport(Importer[KegRow]):
    """Rows of one file."""

    gives = TapKeg, RepriceKeg

    def look_up(self, rows: Sequence[KegRow]) -> None:
        self._holders = claims.holders(f"keg:{row.name}" for row in rows)

    def is_new(self, row: KegRow) -> bool:
        return f"keg:{row.name}" not in self._holders

    def name_of(self, row: KegRow) -> str:
        return row.name

    def orders(self, row: KegRow) -> Orders:
        price, tapped = Money(amount=Decimal(row.price)), self.id_of(row, TapKeg)
        made = self._holders.get(f"keg:{row.name}", tapped)
        keg_id = made_by(made)
        if made == tapped:
            yield self.order(row, TapKeg(cellar_id=UUID(row.cellar), name=row.name, pints=row.pints, price=price))
            if "draw" in self.terms.options:
                with suppress(Refusal):
                    yield self.order(row, DrawPints(keg_id=keg_id, pints=20))
        elif kegs.load(keg_id).price != price:
            self.change(row, "price", kegs.load(keg_id).price, price)
            yield self.order(row, RepriceKeg(keg_id=keg_id, price=price, reason=f"import of {self.terms.file}"))
        if made != tapped and row.pints != kegs.load(keg_id).pints:
            self.remark(row, "what is in a keg that is there is not taken over")


def keg_in(row: Row) -> KegRow:
    return KegRow(
        line=row.line,
        name=row.text("name", longest=200),
        cellar=row.matching("cellar", ID, "is no id"),
        pints=row.whole_number("pints", least=1, most=MOST_PINTS),
        price=row.matching("price", PRICE, "is no price"),
    )


KEGS = register(
    Kind(
        name="kegs",
        title="Import kegs",
        columns=Columns(required=("name", "cellar", "price"), optional=("pints",), unique="name"),
        read=keg_in,
        importer=KegImport,
        about="What is new is tapped.",
        options=(
            Option(name="draw", label="also draw the first 20 pints", told="20 pints are drawn", gives=(DrawPints,)),
        ),
    )
)
