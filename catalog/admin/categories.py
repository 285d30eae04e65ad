"""Categories in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path

from catalog.admin.tree import tree_page
from catalog.commands.categories import CreateCategory, MoveCategory, RemoveCategory, RenameCategory
from catalog.models import Category
from catalog.records import categories as records
from efi.command_pages import address_of
from efi.histories import Kept
from efi.record_pages import RecordAdmin
from efi.verbs import Verb


def below(asked: Any) -> Mapping[str, object]:
    """A new one comes below the one that the page's address names."""
    return {"parent_id": asked.get("parent_id")} if asked.get("parent_id") else {}


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    """Categories, in the order of the tree."""

    section, icon = "Catalogue", "account_tree"
    read_model, listing = records.NAME, records.listing
    ordering = ("path",)
    list_display = ("path", "name", "slug", "level", "updated_at")
    list_filter = ("level",)
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("parent", "level"), "path")}),
        ("Kept", {"fields": (("updated_at", "id"),)}),
    )
    verbs = (
        Verb(command=CreateCategory, new=True, icon="add", filled=below),
        Verb(command=RenameCategory, filled=lambda category: {"name": category.name}),
        Verb(command=MoveCategory, icon="drive_file_move", filled=lambda category: {"parent_id": category.parent_id}),
        Verb(command=RemoveCategory, icon="delete", fits=lambda category: False, grave=True, bulk=True),
    )

    @property
    def address(self) -> str:
        return address_of(self, "tree")

    def get_urls(self) -> list[URLPattern]:
        return [path("tree/", self.for_staff(tree_page), name="catalog_category_tree"), *super().get_urls()]

    def kept(self, record: Category) -> tuple[Kept, ...]:
        return (Kept(stream="categories", part=("nodes", record.pk)),)
