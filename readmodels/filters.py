"""How a list of products may be narrowed."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict

from catalog.values import Allergen, Certification, StorageZone
from efi.domain.texts import LONGEST_SEARCH
from efi.domain.values import CURRENCIES
from efi.http.problems import BadInput
from efi.log.mongo import Document
from readmodels import facets
from readmodels.categories import NO_TREE, Tree
from readmodels.search import matching
from readmodels.wording import asked

FIGURE = RegexValidator(r"\A[0-9]{1,10}(\.[0-9]{1,2})?\Z", "a figure with at most two decimals, such as 8.50")
TAG = RegexValidator(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", "small letters and digits, with single dashes between")
MOST_VALUES = 20
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", "two capital letters: ISO 3166 alpha-2")


def one_of(values: Iterable[str]) -> RegexValidator:
    return RegexValidator(rf"\A({'|'.join(values)})\Z", f"one of {', '.join(values)}")


class Narrowing:
    """Collects conditions by parameter; django-filter takes it for a queryset."""

    model = None

    def __init__(self, tree: Tree) -> None:
        self.tree, self.conditions = tree, dict[str, Document]()

    def all(self) -> "Narrowing":
        return self

    def where(self, name: str, condition: Document) -> "Narrowing":
        self.conditions[name] = condition
        return self


class Several(forms.CharField):
    """Values with commas between them."""

    def __init__(self, *, each: RegexValidator, **options: Any) -> None:
        super().__init__(**options)
        self.each = each

    def clean(self, value: Any) -> Any:
        values = [one.strip() for one in super().clean(value).split(",")] if value else []
        if len(values) > MOST_VALUES:
            raise ValidationError(f"at most {MOST_VALUES} values")
        for one in values:
            self.each(one)
        return tuple(dict.fromkeys(values))


class SeveralFilter(django_filters.Filter):
    """A parameter that may be given several times, or hold several values."""

    field_class = Several


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
    """Every parameter that filters products; others are refused."""

    q = django_filters.CharFilter(
        label="Words that are all to be found: in name, brand, SKU, tags, ingredients or description, or in the name "
        "of a category that the product is in. Beginnings of words do, in either number, written together or apart; "
        "case and accents do not matter, nor, where a word finds nothing, one wrong letter.",
        method="with_words",
        max_length=LONGEST_SEARCH,
    )
    category = django_filters.CharFilter(label="A category's slug; its branch is included.", method="in_branch")
    price_min = AmountFilter(
        label="At least this price, as a figure: in the shop's currency unless another is asked for.",
        method="at_least",
    )
    price_max = AmountFilter(label="At most this price, as a figure likewise.", method="at_most")
    currency = SeveralFilter(
        label="Priced in one of these; where a list goes by price, in the shop's unless told.",
        method="has_one",
        each=one_of(CURRENCIES),
    )
    in_stock = StrictBooleanFilter(label="Whether it can be had now.", method="is_so")
    discontinued = StrictBooleanFilter(label="Whether it is no longer sold.", method="is_so")
    country = SeveralFilter(label="Of one of these countries: ISO 3166 alpha-2.", method="has_one", each=COUNTRY)
    storage = SeveralFilter(label="Kept in one of these zones.", method="has_one", each=one_of(StorageZone))
    certification = SeveralFilter(label="With all of these.", method="has_all", each=one_of(Certification))
    tag = SeveralFilter(label="With all of these.", method="has_all", each=TAG)
    allergen_free = SeveralFilter(
        label="Free of all of these, as the label states: they are neither in it nor may they be. "
        "What states no allergens is never among them.",
        method="free_of",
        each=one_of(Allergen),
    )

    def with_words(self, found: Narrowing, name: str, text: str) -> Narrowing:
        return found.where(name, matching.found_by(asked(text), found.tree))

    def in_branch(self, found: Narrowing, name: str, slug: str) -> Narrowing:
        branch = sorted(found.tree.branch(slug))
        return found.where(name, {"facets": {"$in": [f"category={identity}" for identity in branch]}})

    def at_least(self, found: Narrowing, name: str, amount: str) -> Narrowing:
        return found.where(name, _priced({"$gte": int(Decimal(amount) * 100)}))

    def at_most(self, found: Narrowing, name: str, amount: str) -> Narrowing:
        return found.where(name, _priced({"$lte": int(Decimal(amount) * 100)}))

    def is_so(self, found: Narrowing, name: str, wanted: bool) -> Narrowing:
        return found.where(name, {"facets": f"{name}={str(wanted).lower()}"})

    def has_one(self, found: Narrowing, name: str, values: tuple[str, ...]) -> Narrowing:
        return found.where(name, {"facets": {"$in": [f"{name}={value}" for value in values]}})

    def has_all(self, found: Narrowing, name: str, values: tuple[str, ...]) -> Narrowing:
        return found.where(name, {"facets": {"$all": [f"{name}={value}" for value in values]}})

    def free_of(self, found: Narrowing, name: str, values: tuple[str, ...]) -> Narrowing:
        return found.where(name, facets.free_of(values))

    def filter_queryset(self, queryset: Any) -> Any:
        for name in self.data or ():
            queryset = self.filters[name].filter(queryset, self.form.cleaned_data[name])
        return queryset


PRICES = {"price_min", "price_max"}
NAMES = tuple(ProductFilters.base_filters)
SEVERAL = tuple(name for name, one in ProductFilters.base_filters.items() if isinstance(one, SeveralFilter))
MOST_KEPT = 200


def narrowed(parameters: QueryDict, tree: Tree) -> dict[str, Document]:
    """Returns by parameter the condition that it asks for; raises `BadInput` naming each that is wrong."""
    said = tuple((name, ",".join(parameters.getlist(name))) for name in NAMES if name in parameters)
    return _checked(said).filter_queryset(Narrowing(tree)).conditions if said else {}


def typed_in(parameters: QueryDict) -> str:
    """Returns what is searched for, if anything; raises `BadInput` where it is too long or no text."""
    if "q" not in parameters:
        return ""
    typed = str(parameters["q"])
    _checked((("q", typed),))
    return typed


def _priced(minor: Document) -> Document:
    """Narrows by price in every currency, on sale or not: in the index each that is named has a stretch of its own."""
    return {"discontinued": {"$in": [False, True]}, "price.currency": {"$in": list(CURRENCIES)}, "price_minor": minor}


@lru_cache(maxsize=MOST_KEPT)
def _checked(said: tuple[tuple[str, str], ...]) -> ProductFilters:
    """Checks the form, and keeps it: Django takes longer to make and check one than MongoDB to find the products."""
    nothing: Any = Narrowing(NO_TREE)
    checked = ProductFilters(dict(said), queryset=nothing)
    if not checked.is_valid():
        faults = tuple(
            {"pointer": f"/{name}", "code": "invalid", "detail": " ".join(map(str, wrong))}
            for name, wrong in checked.errors.items()
        )
        raise BadInput(f"wrong: {', '.join(checked.errors)}", faults)
    return checked
