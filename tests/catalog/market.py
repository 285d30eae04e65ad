"""Files of products, as staff bring them to an import."""

from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook

HEADER = ("sku", "name", "category", "supplier", "country_of_origin", "unit", "list_price", "currency")
CHAI = ("NW-001", "Chai", "beverages", "1", "GB", "10 boxes x 20 bags", "18.00", "USD")
SYRUP = ("NW-003", "Aniseed Syrup", "condiments", "1", "GB", "12 - 550 ml bottles", "10.00", "USD")
Cells = Iterable[object]


def csv_of(*rows: Cells, header: Cells = HEADER) -> bytes:
    return "".join(",".join(map(str, cells)) + "\n" for cells in (header, *rows)).encode()


def xlsx_of(*rows: Cells, header: Cells = HEADER) -> bytes:
    book, file = Workbook(), BytesIO()
    for cells in (header, *rows):
        book.active.append(list(cells))
    book.save(file)
    return file.getvalue()


def with_cell(row: Cells, column: str, cell: object) -> tuple[object, ...]:
    return tuple(cell if name == column else old for name, old in zip(HEADER, row, strict=True))


def many(number: int) -> list[tuple[str, ...]]:
    """Products that are all new, in two categories by turns."""
    shelves = ("beverages", "condiments")
    return [(f"MANY-{n:05}", f"Tea {n}", shelves[n % 2], "1", "GB", "box", "9.50", "USD") for n in range(number)]
