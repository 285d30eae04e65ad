"""What a second person sees of the catalogue: what would change, part by part, beside what is."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.utils.html import format_html_join
from django.utils.timesince import timesince

from catalog.admin.uploads import small
from catalog.commands.products import products
from catalog.commands.stock import stocks
from catalog.domain.pricing import A_WEEK
from catalog.domain.product import Product as Aggregate
from catalog.events import AdjustmentProposed, ProductDeclined
from catalog.models import Category, Lot, Price, Supplier
from catalog.values import Label
from efi.domain.payloads import dump, load
from efi.domain.values import Money, moved
from efi.log import event_store
from efi.staff import moments
from efi.staff.commands.fields import SAID, in_words
from efi.staff.decisions import Part
from efi.staff.histories import values_in
from efi.staff.models import Approval

Parts = Mapping[str, str]
"""What is said of something, by the names of its parts."""


def of_a_product(approval: Approval) -> Iterator[Part]:
    """Yields all that would be on sale, beside what it was when it was declined, if it ever was."""
    product_id = UUID(approval.subject_id)
    declined = _as_it_was_declined(product_id)
    return _compared(_parts_of(declined) if declined else {}, _parts_of(products.load(product_id)))


def of_a_price(approval: Approval) -> Iterator[Part]:
    """Yields the price, and what it has moved by within the week before it was asked for."""
    product = products.load(UUID(approval.subject_id))
    if product.proposed_price is None or product.price is None:
        return
    old, new = product.price, product.proposed_price.price
    prices = Price.objects.filter(product_id=approval.subject_id, since__lte=approval.since).order_by("-since")
    last, earlier = prices.first(), prices.filter(since__lte=approval.since - A_WEEK).first() or prices.last()
    stood = f", {old} has stood for {timesince(last.since, approval.since, depth=1)}" if last else ""
    yield Part(name="price", before=str(old), after=str(new), said=f"{moved(old, new)}{stood}")
    then = load(Money, {"amount": earlier.price, "currency": earlier.currency}) if earlier else old
    if then != old:
        yield Part(name="within 7 days", before=str(then), after=str(new), said=moved(then, new))


def of_a_label(approval: Approval) -> Iterator[Part]:
    product = products.load(UUID(approval.subject_id))
    if product.proposed_label and product.description:
        yield from _compared(_stated(product.description.label), _stated(product.proposed_label.label))


def of_a_release(approval: Approval) -> Iterator[Part]:
    """Yields what would be on sale, and how much of it until when."""
    yield Part(name="lot", before=approval.before, after=approval.after)
    for lot in Lot.objects.filter(pk=approval.record).select_related("supplier"):
        yield Part(name="left of it", after=_units(lot.remaining))
        yield Part(name="best before", after=moments.day(lot.best_before))
        yield Part(name="supplier", after=str(lot.supplier))
        if lot.reason:
            yield Part(name="was held for", after=lot.reason)


def of_an_adjustment(approval: Approval) -> Iterator[Part]:
    """Yields what would be left of the lot, what that is worth, and what the same person has corrected alone lately."""
    stock = stocks.load(UUID(approval.subject_id))
    lot = stock.lots.get(UUID(approval.ids["lot_id"]))
    if lot is None or lot.adjustment is None:
        return
    asked, left = lot.adjustment, lot.remaining + lot.adjustment.change
    part = f", {asked.change / lot.remaining:+.1%}".replace("%", " %") if lot.remaining else ""
    yield Part(name="left of the lot", before=_units(lot.remaining), after=_units(left), said=f"{asked.change:+}{part}")
    yield Part(name="worth", after=_worth(asked, abs(asked.change)))
    if lately := stock.corrections.lately_by(asked.proposed_by, approval.since):
        said = "by the same person alone, within 7 days"
        yield Part(name="corrected before", after=f"{_units(lately)}, {_worth(asked, lately)}", said=said)


def _worth(asked: AdjustmentProposed, units: int) -> str:
    return str(Money(amount=asked.unit_value.amount * units)) if asked.unit_value else "not known in BBD"


def _units(number: int) -> str:
    return f"{number} unit{'' if number == 1 else 's'}"


def _compared(before: Parts, after: Parts) -> Iterator[Part]:
    for name in {**before, **after}:
        yield Part(name=name, before=before.get(name, ""), after=after.get(name, ""))


def _as_it_was_declined(product_id: UUID) -> Aggregate | None:
    """Returns a product as it was when it was last declined; None if it never was."""
    commits = list(event_store.read(f"product:{product_id}"))
    declined = [at for at, one in enumerate(commits, 1) if any(isinstance(e, ProductDeclined) for e in one.events)]
    if not declined:
        return None
    product = Aggregate(id=product_id)
    for commit in commits[: declined[-1]]:
        product.replay(commit.events)
    return product


def _parts_of(product: Aggregate) -> Parts:
    """Returns all that a second person has to look at before a product is on sale."""
    categories = Category.objects.in_bulk([str(one) for one in product.category_ids]).values()
    supplier = Supplier.objects.filter(pk=str(product.supplier_id)).first() if product.supplier_id else None
    label = _stated(product.description.label) if product.description else {}
    said = _flat(dump(product.description)) if product.description else {}
    parts = {
        "SKU": product.sku,
        "price": str(product.price),
        "categories": "; ".join(sorted(map(str, categories))),
        "supplier": str(supplier or ""),
        "offered as": in_words(product.offer.name.lower()),
        "pictures": format_html_join(" ", "{}", ((small(name),) for name in product.pictures)),
        **{name: text for name, text in said.items() if name.partition(":")[0] not in OF_THE_LABEL},
        **label,
    }
    return {name: text for name, text in parts.items() if text}


OF_THE_LABEL = ("allergens", "nutrition", in_words("not_stated"))


def _stated(label: Label) -> Parts:
    """Returns each figure and list of a label; what is stated to be none says so."""
    flat = _flat(dump(label), none="none")
    unsaid = {what: "not stated" for what in ("allergens", "nutrition") if not getattr(label, what)}
    return {**unsaid, **flat}


def _flat(value: object, none: str = "") -> Parts:
    said = {path: one for path, one in values_in(value).items() if one is not None and (one or path[-1] != "unstated")}
    return {": ".join(map(in_words, path)): _in_words(one, none) for path, one in said.items()}


def _in_words(value: object, none: str) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(SAID.get(one) or in_words(one.lower()) for one in value) or none
    return str(value)
