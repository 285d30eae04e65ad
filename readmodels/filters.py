"""How a list of products may be narrowed."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from efi.mongo import Document
from efi.problems import BadInput
from readmodels.categories import NO_TREE, Tree

FIGURE = RegexValidator(r"\A[0-9]{1,10}(\.[0-9]{1,2})?\Z", "a figure with at most two decimals, such as 8.50")
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", "two capital letters: ISO 3166 alpha-2")


class Narrowing:
    """What django-filter takes for a queryset: conditions that are all to hold."""

    model = None

    def __init__(self, tree: Tree) -> None:
        self.tree, self.conditions = tree, list[Document]()

    def all(self) -> "Narrowing":
        return self

    def where(self, condition: Document) -> "Narrowing":
        self.conditions.append(condition)
        return self


class Amount(forms.CharField):
    """A bound of a price, in the currency's major unit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, validators=[FIGURE])


class AmountFilter(django_filters.Filter):
    field_class = Amount


class StrictBoolean(forms.TypedChoiceField):
    """`true` or `false`, and nothing that only looks like it."""

    def __init__(self, **options: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        super().__init__(**options, choices=choices, coerce=lambda text: text == "true", empty_value=None)


class StrictBooleanFilter(django_filters.Filter):
    field_class = StrictBoolean


class ProductFilters(django_filters.FilterSet):
    """Every parameter that narrows; what is not among them is refused."""

    category = django_filters.CharFilter(label="A category's slug; its branch is included.", method="in_branch")
    price_min = AmountFilter(label="At least this price.", method="at_least")
    price_max = AmountFilter(label="At most this price.", method="at_most")
    in_stock = StrictBooleanFilter(label="Whether it can be had now.", method="in_stock_now")
    country = django_filters.CharFilter(
        label="Country of origin, ISO 3166 alpha-2.", method="from_country", validators=[COUNTRY]
    )

    def in_branch(self, found: Narrowing, name: str, slug: str) -> Narrowing:
        return found.where({"category_ids": {"$in": sorted(found.tree.branch(slug))}})

    def at_least(self, found: Narrowing, name: str, amount: str) -> Narrowing:
        return found.where({"price_minor": {"$gte": int(Decimal(amount) * 100)}})

    def at_most(self, found: Narrowing, name: str, amount: str) -> Narrowing:
        return found.where({"price_minor": {"$lte": int(Decimal(amount) * 100)}})

    def in_stock_now(self, found: Narrowing, name: str, wanted: bool) -> Narrowing:
        return found.where({"in_stock": wanted})

    def from_country(self, found: Narrowing, name: str, country: str) -> Narrowing:
        return found.where({"country_of_origin": country})

    def filter_queryset(self, queryset: Any) -> Any:
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset


NAMES = tuple(ProductFilters.base_filters)
MOST_KEPT = 200


def narrowed(parameters: QueryDict, tree: Tree) -> Document:
    """The conditions that the parameters ask for; raises `BadInput` naming each that is wrong."""
    said = tuple((name, parameters[name]) for name in NAMES if name in parameters)
    conditions = _checked(said).filter_queryset(Narrowing(tree)).conditions if said else []
    return {"$and": conditions} if conditions else {}


@lru_cache(maxsize=MOST_KEPT)
def _checked(said: tuple[tuple[str, str], ...]) -> ProductFilters:
    """Kept, for Django takes longer to make and check the form than MongoDB to find the products."""
    nothing: Any = Narrowing(NO_TREE)
    asked = ProductFilters(dict(said), queryset=nothing)
    if not asked.is_valid():
        faults = tuple(
            {"pointer": f"/{name}", "code": "invalid", "detail": " ".join(map(str, said))}
            for name, said in asked.errors.items()
        )
        raise BadInput(f"wrong: {', '.join(asked.errors)}", faults)
    return asked
