"""Products, suppliers and categories as files of the columns that an import takes."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from catalog.domain.product import Product as Aggregate
from catalog.imports.cells import COLUMNS, cells_of, joined
from catalog.imports.lookups import category_ids
from catalog.imports.trade_files import CATEGORY_COLUMNS, SUPPLIER_COLUMNS
from catalog.models import Category, Product, Supplier
from catalog.records.stock import NAME as STOCK
from catalog.values import Status
from efi.domain.aggregate import stream_of
from efi.log import event_store
from efi.reading import generations
from efi.staff.records.exports import EXPORTS, Cells, Export


def product_rows(records: Sequence[Product]) -> Iterator[Cells]:
    """Yields what the log has of products, and of their stock what the records have."""
    slugs = {category_id: slug for slug, category_id in category_ids().items()}
    keys = [record.pk for record in records]
    stocks = {one["_id"]: one for one in generations.live(STOCK).documents.find({"_id": {"$in": keys}})}
    for record, product in zip(records, _loaded(keys), strict=True):
        if product.description and product.price:
            cells = {
                **cells_of(product.description),
                "sku": product.sku,
                "category": joined(slugs[one] for one in product.category_ids),
                "supplier": record.supplier.code if record.supplier else "",
                "list_price": product.price.amount,
                "currency": product.price.currency,
                "stock_on_hand": record.available,
                "reorder_point": stocks.get(record.pk, {}).get("reorder_point") or 0,
                "discontinued": product.status is Status.DISCONTINUED,
            }
            yield [cells[column] for column in COLUMNS]


def _loaded(keys: Sequence[str]) -> Iterator[Aggregate]:
    streams = {key: stream_of(Aggregate.kind, key) for key in keys}
    unseen = event_store.read_unseen(dict.fromkeys(streams.values(), 0)) if keys else {}
    for key, stream in streams.items():
        product = Aggregate(id=UUID(key))
        for raw in unseen.get(stream, ()):
            product.replay(event_store.decode(raw).events)
        yield product


def supplier_rows(records: Sequence[Supplier]) -> Iterator[Cells]:
    return ((one.code, one.name, one.contact, one.country) for one in records)


def category_rows(records: Sequence[Category]) -> Iterator[Cells]:
    slugs = dict(Category.objects.filter(pk__in=[one.parent_id for one in records]).values_list("pk", "slug"))
    return ((one.slug, one.name, slugs.get(str(one.parent_id), ""), one.description) for one in records)


EXPORTS[Product] = Export(columns=COLUMNS, rows=product_rows)
EXPORTS[Supplier] = Export(columns=SUPPLIER_COLUMNS, rows=supplier_rows)
EXPORTS[Category] = Export(columns=CATEGORY_COLUMNS, rows=category_rows)
