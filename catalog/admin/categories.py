"""Categories in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from catalog.admin.shelf_sheets import category_sheet
from catalog.admin.tree import place, places_below, tree_page
from catalog.admin.uploads import thumbnail, uploaded_or_none
from catalog.commands.categories import (
    ArrangeCategories,
    CreateCategory,
    DeactivateCategory,
    DescribeCategory,
    MoveCategory,
    PictureCategory,
    ReactivateCategory,
    RemoveCategory,
    RenameCategory,
)
from catalog.imports.categories import CATEGORIES
from catalog.models import Category, Product
from catalog.records import categories as records
from efi.imports.pages import leads_to
from efi.staff.commands.page import address_of
from efi.staff.commands.verbs import Verb, always, as_it_is, that_has
from efi.staff.histories import Kept
from efi.staff.records.pages import RecordAdmin
from efi.staff.records.panels import SHEET


def below(asked: Any) -> Mapping[str, object]:
    """Takes the parent of a new category from the page's address."""
    return {"parent_id": asked.get("parent_id")} if asked.get("parent_id") else {}


def itself_above(category: Category | None) -> Mapping[str, object]:
    return {"parent_id": category.pk if category else None}


def has_several_below(category: Category) -> bool:
    return Category.objects.filter(parent_id=category.pk).count() > 1


def is_empty(category: Category) -> bool:
    """Returns whether no category is below this one and no product in it."""
    below = Category.objects.filter(parent_id=category.pk)
    inside = Product.objects.filter(category_ids__contains=[category.pk])
    return not below.exists() and not inside.exists()


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    """Categories, in the order of the tree."""

    section, icon = "Catalogue", "account_tree"
    read_model, listing = records.NAME, records.listing
    ordering = ("place",)
    list_display = ("path", "name", "slug", "level", "active", "updated_at")
    list_filter = ("level", "active")
    second_line = ("slug", "active")
    sheet = SHEET
    verbs = (
        Verb(command=CreateCategory, new=True, icon="add", filled=below),
        Verb(
            command=ArrangeCategories,
            title="arrange the top",
            new=True,
            icon="swap_vert",
            known=itself_above,
            members=places_below,
        ),
        Verb(command=RenameCategory, title="rename", filled=as_it_is("name")),
        Verb(
            command=DescribeCategory,
            title="describe",
            icon="notes",
            filled=as_it_is("description"),
        ),
        Verb(
            command=MoveCategory,
            title="move",
            icon="drive_file_move",
            filled=as_it_is("parent_id"),
        ),
        Verb(
            command=ArrangeCategories,
            title="arrange those below",
            icon="swap_vert",
            fits=has_several_below,
            known=itself_above,
            members=places_below,
        ),
        Verb(command=PictureCategory, title="picture", icon="add_photo_alternate", members=uploaded_or_none),
        Verb(command=DeactivateCategory, title="hide", icon="visibility_off", fits=that_has("active", True), bulk=True),
        Verb(
            command=ReactivateCategory,
            title="show",
            icon="visibility",
            fits=that_has("active", False),
            in_row=always,
            bulk=True,
        ),
        Verb(command=RemoveCategory, title="remove", icon="delete", fits=is_empty, aside=True, grave=True, bulk=True),
    )

    @property
    def address(self) -> str:
        return address_of(self, "tree")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("tree/", self.for_staff(tree_page), name="catalog_category_tree"),
            path("tree/place/", self.for_staff(place), name="catalog_category_place"),
            *super().get_urls(),
        ]

    def besides(self, request: HttpRequest) -> list[dict[str, Any]]:
        return leads_to(CATEGORIES, request)

    def kept(self, record: Category) -> tuple[Kept, ...]:
        return (Kept(stream="categories", part=("nodes", record.pk)),)

    def at_a_glance(self, record: Category) -> Mapping[str, Any]:
        return {"panels": category_sheet(record)}

    def pictured(self, record: Category) -> str:
        return thumbnail(record)
