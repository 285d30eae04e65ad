"""The shop's visitors in the admin."""

from django.contrib import admin
from pymongo.collection import Collection

from efi.log.mongo import Document
from efi.reading.records import Listing
from efi.staff.records.pages import RecordAdmin
from readmodels.models import SearchTerm
from readmodels.search import terms
from readmodels.search.terms import SORTED


@admin.register(SearchTerm)
class SearchTermAdmin(RecordAdmin):
    """What people search for, first what is asked most; nothing can be done about it here."""

    context, section, icon = "catalog", "Insight", "search"
    read_model, listing = terms.NAME, Listing(sorts={**{name: (name,) for name in SORTED}, "text": ()})
    ordering = ("-asked",)
    list_display = ("text", "asked", "found_nothing", "last_asked")
    list_display_links = None

    @property
    def documents(self) -> Collection[Document]:
        """Returns the collection in which terms are counted: no log tells of them."""
        return terms.terms()
