"""The shop window: one document per product, with its price, its stock and what its label says."""

from dataclasses import fields

from catalog.events import (
    LabelApproved,
    PictureAttached,
    PictureRemoved,
    PicturesArranged,
    PriceChanged,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDescribed,
    ProductOffered,
    shelf,
)
from catalog.events.states import status_after
from catalog.values import ENDED, ENDS_AS, VISIBLE, Description, Label, Offer, Status, availability
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.texts import in_order
from efi.http.paging import Sort
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Index, projects
from readmodels import facets, recalls
from readmodels.misspelling import keys_of
from readmodels.wording import pairs, split, words, words_of_names

NAME = "product_catalog"
ENDED_LAST = ("discontinued", 1)
SORTS: dict[str, Sort] = {
    "name": (ENDED_LAST, ("name_order", 1), ("_id", 1)),
    "price": (ENDED_LAST, ("price.currency", 1), ("price_minor", 1), ("_id", 1)),
    "-price": (ENDED_LAST, ("price.currency", 1), ("price_minor", -1), ("_id", -1)),
    "newest": (ENDED_LAST, ("listed_at", -1), ("_id", -1)),
    "best_before": (ENDED_LAST, ("best_before_order", 1), ("name_order", 1), ("_id", 1)),
}
"""Whatever is asked for, what is no longer sold comes behind what is."""
BY_WORDS: Index = [("words", 1)]
BY_NAME_WORDS: Index = [("in_stock", 1), ("name_words", 1)]
INDEXES: tuple[Index, ...] = (
    [("keys", 1)],
    [("category_ids", 1)],
    BY_WORDS,
    BY_NAME_WORDS,
    *([(lead, 1), *sort] for lead in ("listed", "facets") for sort in SORTS.values()),
)
LABEL = ("allergens", "nutrition")
DESCRIBED = tuple(one.name for one in fields(Description) if one not in fields(Label))
NEVER = "9999-12-31"
"""After every day that goods are best before."""


def empty() -> Document:
    """Returns the document of a draft of which nothing is known yet."""
    nothing: Document = {"category_ids": [], "pictures": [], "cover": [], "reviews": {}}
    return {"status": Status.DRAFT, "offer": Offer.REGULAR, **nothing, **shelf.empty(), **recalls.empty()}


def derive(document: Document) -> None:
    """Derives, of the product's status and its stock together, what one sees and whether it can be had."""
    shelf.derive(document, ended=document["status"] in ENDED)
    ended = ENDS_AS.get(document["status"])
    best_before = document["best_before"]
    document["best_before"] = best_before.date().isoformat() if best_before else None
    document["best_before_order"] = document["best_before"] or NEVER
    document["stock_status"] = availability(document["available"], ended=ended)
    document["discontinued"] = document["status"] == Status.DISCONTINUED
    document["visible"] = document["status"] in VISIBLE
    document["has_page"] = document["visible"] or (document["status"] == Status.RECALLED and "listed_at" in document)
    document["listed"] = document["visible"] and bool(document["category_ids"])
    document["facets"] = facets.of(document) if document["listed"] else []


@projects(
    NAME,
    streams=("product", "stock"),
    version=12,
    urgent=True,
    empty=empty,
    derive=derive,
    indexes=INDEXES,
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    """Takes an event of the product or of its stock into its document."""
    document["status"] = status_after(event, document["status"], document["offer"])
    match event:
        case ProductCreated():
            document.update(sku=event.sku, keys=[event.sku, event.slug], slug=event.slug, price_before=None)
            document.update(price=dump(event.price), price_minor=event.price.minor, price_changed_at=None)
            _categorise(document, event)
            _describe(document, event)
        case ProductDescribed():
            _describe(document, event)
        case LabelApproved():
            _label(document, event.label)
        case PictureAttached():
            _show(document, [*document["pictures"], dump(event.picture)])
        case PictureRemoved():
            _show(document, [one for one in document["pictures"] if one["name"] != event.name])
        case PicturesArranged():
            kept = {one["name"]: one for one in document["pictures"]}
            _show(document, [kept[name] for name in event.names])
        case PriceChanged():
            document.update(price=dump(event.price), price_minor=event.price.minor)
            if "listed_at" in document:
                document.update(price_before=dump(event.old_price), price_changed_at=commit.occurred_at)
        case ProductCategorised():
            _categorise(document, event)
        case ProductApproved():
            document["listed_at"] = commit.occurred_at
        case ProductOffered():
            document["offer"] = event.offer
        case _:
            shelf.fold(document, event)
            recalls.fold(document, event, commit)


def _categorise(document: Document, event: ProductCreated | ProductCategorised) -> None:
    document["category_ids"] = list(map(str, event.category_ids))
    document["shelves"] = facets.shelves(document["category_ids"])


def _show(document: Document, pictures: list[Document]) -> None:
    document.update(pictures=pictures, cover=pictures[:1])


def _describe(document: Document, event: ProductCreated | ProductDescribed) -> None:
    said = dump(event)
    document.update({name: said[name] for name in DESCRIBED}, name_order=in_order(event.name))
    document.update({name: said[name] for name in LABEL})
    _take_words(document, event)


def _take_words(document: Document, event: ProductCreated | ProductDescribed) -> None:
    """Derives the words that find the product, those that weigh more by the part of it that they are found in."""
    labelled = (event.brand, *event.tags, event.region_of_origin)
    name, labels = words_of_names(event.name), words_of_names(document["sku"], *labelled)
    texts = words(event.short_description, event.description, event.ingredients)
    begun = split(event.name)[:2]
    parts = {
        "first": words(*begun[:1], *pairs(begun)),
        "name": name,
        "labels": labels,
        "ingredients": words(event.ingredients),
    }
    document["name_words"] = sorted({*name, *words_of_names(document["sku"], event.brand)})
    document["words"] = sorted({*name, *labels, *texts, *keys_of(words(event.name, *labelled))})
    document["found_in"] = {part: " ".join(found) for part, found in parts.items()}


def _label(document: Document, label: object) -> None:
    said = dump(label)
    document.update({name: said[name] for name in LABEL})


FOR_FINDING = ("keys", "words", "name_words", "found_in", "facets", "shelves", "listed", "visible", "has_page")
INTERNAL = dict.fromkeys(("_seen", "_failed", *shelf.empty(), "batches", "overbooked", *FOR_FINDING), 0)
ON_ITS_PAGE = (
    "description",
    "ingredients",
    "nutrition",
    "temperature",
    "weight_grams",
    "authentication",
    "pictures",
    "recalls",
)
"""What lists leave out."""
LISTED = {**INTERNAL, **dict.fromkeys(ON_ITS_PAGE, 0)}
REVISION = {"_rev": 1}
