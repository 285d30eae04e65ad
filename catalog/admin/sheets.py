"""A product on one page, for whoever looks something up: what it is and costs, what there is of it, what waits."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model

from catalog.admin.uploads import large
from catalog.commands.products import products
from catalog.models import Category, Lot, Movement, Price, Product, StockLevel
from catalog.values import Allergens, Description, NotStated, Nutrition
from efi.domain import countries
from efi.staff.commands.fields import in_words
from efi.staff.commands.page import address_of
from efi.staff.marks import link_to, mark, money
from efi.staff.records.lists import Found

SHOWN = 6
LISTS = {"lot": (Lot, "all lots"), "movement": (Movement, "movements"), "price": (Price, "all prices")}
FIGURES = ("fat", "saturates", "carbohydrate", "sugars", "protein", "salt")


def sheet_of(product: Product) -> dict[str, Any]:
    whole = products.load(UUID(product.pk))
    return {
        "whole": whole,
        "about": whole.description,
        "state": mark(product.status),
        "price": money(product),
        "pictures": [large(name, product.name) for name in whole.pictures],
        "categories": _linked(Category, sorted(Category.objects.in_bulk(product.category_ids).values(), key=str)),
        "prices": [(one, money(one)) for _, one in _first(Price, "-since", product_id=product.pk)],
        "stock": StockLevel.objects.filter(pk=product.pk).first(),
        "lots": [
            (link, lot, mark(lot.state))
            for link, lot in _first(Lot, "best_before", product_id=product.pk, remaining__gt=0)
        ],
        "lists": {name: link_to(kind, called, product_id=product.pk) for name, (kind, called) in LISTS.items()},
        **(_said(whole.description) if whole.description else {}),
    }


def _said(about: Description) -> dict[str, Any]:
    return {
        "country": countries.names().get(about.country_of_origin, ""),
        "allergens": list(_allergens(about.allergens)) if about.allergens else [],
        "allergens_unsaid": _unsaid(about, NotStated.ALLERGENS),
        "nutrition": list(_nutrition(about.nutrition)) if about.nutrition else [],
        "nutrition_unsaid": _unsaid(about, NotStated.NUTRITION),
        "certifications": [in_words(one) for one in about.certifications],
    }


def _unsaid(about: Description, what: NotStated) -> str:
    return "not stated: knowingly sold without" if what in about.not_stated else "not stated"


def _allergens(stated: Allergens) -> Iterator[tuple[str, str, str]]:
    """Yields each kind of statement with its look and the allergens that it names."""
    kinds = (("contains", "bad", stated.contains), ("may contain", "waits", stated.may_contain))
    for called, looks, some in (*kinds, ("certified free of", "good", stated.certified_free)):
        yield called, looks, ", ".join(one.lower() for one in some) or "none"
    if stated.unstated:
        yield "not stated of", "waits", ", ".join(one.lower() for one in stated.unstated)


def _nutrition(stated: Nutrition) -> Iterator[tuple[str, str]]:
    yield "energy", f"{stated.energy_kj} kJ / {stated.energy_kcal} kcal"
    yield from ((name, f"{getattr(stated, name)} g") for name in FIGURES)


def _first(model: type[Model], order: str, **narrowed: object) -> list[tuple[str, Any]]:
    """Returns the first of these records, each with its address."""
    pages: Any = admin.site.get_model_admin(model)
    wanted = model._default_manager.filter(**narrowed).order_by(order)
    return [(address_of(pages, "change", one), one) for one in Found(pages, wanted, "")[0:SHOWN]]


def _linked(model: type[Model], records: list[Any]) -> list[tuple[str, Any]]:
    pages = admin.site.get_model_admin(model)
    return [(address_of(pages, "change", one), one) for one in records]
