"""What rows of suppliers mean: a code that is new is registered, one that is there is amended as far as a row says."""

from collections.abc import Sequence

from catalog.commands.suppliers import AmendSupplier, RegisterSupplier, suppliers
from catalog.imports.trade_files import SUPPLIERS as COLUMNS
from catalog.imports.trade_files import SupplierRow, supplier_in
from catalog.values import supplier_claim
from efi.domain.context import made_by
from efi.imports.importer import Importer, Orders, must_say
from efi.imports.kinds import Kind, register
from efi.writing import claims


class SupplierImport(Importer[SupplierRow]):
    """Rows of one file."""

    gives = RegisterSupplier, AmendSupplier

    def look_up(self, rows: Sequence[SupplierRow]) -> None:
        self._holders = claims.holders(supplier_claim(row.code) for row in rows)

    def is_new(self, row: SupplierRow) -> bool:
        return supplier_claim(row.code) not in self._holders

    def group(self, row: SupplierRow) -> str:
        return row.code

    def name_of(self, row: SupplierRow) -> str:
        return row.code

    def orders(self, row: SupplierRow) -> Orders:
        registered = self.id_of(row, RegisterSupplier)
        made = self._holders.get(supplier_claim(row.code), registered)
        if made == registered:
            must_say(row.said, ("name", "country"))
            self.change(row, "name", "", row.name)
            yield self.order(
                row, RegisterSupplier(code=row.code, name=row.name, contact=row.contact, country=row.country)
            )
            return
        now = suppliers.load(made_by(made))
        name, country = row.name or now.name, row.country or now.country
        contact = row.contact if "contact_name" in row.said else now.contact or ""
        if (name, contact, country) != (now.name, now.contact, now.country):
            self.change(row, "name", now.name, name)
            self.change(row, "contact_name", now.contact, contact)
            self.change(row, "country", now.country, country)
            yield self.order(row, AmendSupplier(supplier_id=now.identity, name=name, contact=contact, country=country))


SUPPLIERS = register(
    Kind(
        name="suppliers",
        title="Import suppliers",
        columns=COLUMNS,
        read=lambda row: supplier_in(row, whole=False),
        importer=SupplierImport,
        about="A code that is new is registered; a supplier whose code is there is amended as the file says.",
        remarks=("Nothing is done about where a supplier is within its country, nor about its phone.",),
    )
)
