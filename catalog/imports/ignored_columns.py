"""What a file says of products that are there and no import takes over."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from catalog.domain.product import Product
from catalog.domain.stock import Stock
from catalog.events import ProductCreated, ProductDiscontinued
from catalog.imports.product_rows import ProductRow
from efi.domain.aggregate import stream_of
from efi.domain.events import Event
from efi.log import event_store

IGNORED = ("stock_on_hand", "discontinued")
"""Goods come by lots, and an end by its own command: these columns may be there, and nothing is done about them."""
Facts = Mapping[str, Sequence[Event]]
"""Of each stream, from its beginning."""


def left_alone(
    there: Sequence[tuple[ProductRow, UUID]], columns: Collection[str], suppliers: Mapping[str, UUID]
) -> dict[int, str]:
    """Returns, by line, a note of the columns in which the file says something else than the log."""
    kinds = (Product.kind, Stock.kind) if "stock_on_hand" in columns else (Product.kind,)
    facts = _facts([stream_of(kind, product_id) for _, product_id in there for kind in kinds])
    others = {
        row.line: [name for name in _said_otherwise(row, product_id, suppliers, facts) if name in columns]
        for row, product_id in there
    }
    return {
        line: f"not taken over for a product that is there: {', '.join(names)}"
        for line, names in others.items()
        if names
    }


def _facts(streams: Sequence[str]) -> Facts:
    unseen = event_store.read_unseen(dict.fromkeys(streams, 0)) if streams else {}
    return {
        stream: [fact for raw in commits for fact in event_store.decode(raw).events]
        for stream, commits in unseen.items()
    }


def _said_otherwise(row: ProductRow, product_id: UUID, suppliers: Mapping[str, UUID], facts: Facts) -> Iterator[str]:
    product = facts[stream_of(Product.kind, product_id)]
    stock = Stock(id=product_id)
    stock.replay(facts.get(stream_of(Stock.kind, product_id), ()))
    if row.stock_on_hand != stock.available(event_store.now()):
        yield "stock_on_hand"
    if row.discontinued != any(isinstance(fact, ProductDiscontinued) for fact in product):
        yield "discontinued"
    bought_from = [fact.supplier_id for fact in product if isinstance(fact, ProductCreated)]
    if bought_from != [suppliers.get(f"supplier:{row.supplier}")]:
        yield "supplier"
