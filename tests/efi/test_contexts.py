"""What an app registers by being installed: its modules, its sections of the sidebar, its addresses."""

import sys

from django.contrib import admin

from efi.contexts import ContextConfig, contexts
from efi.models import User
from efi.running.registrations import registrations
from efi.staff.site import sections
from efi.urls import of_contexts
from tavern.models import Tab


def test_every_module_of_a_context_is_imported_without_being_listed():
    [tavern] = [app for app in contexts() if app.name == "tavern"]
    modules = {f"tavern.{module}" for module in ("claims", "due", "grants", "domain.upcasters", "records.pours")}
    assert modules <= sys.modules.keys()
    assert modules <= set(tavern._modules())


def test_only_the_rooms_that_register_something_are_imported_where_an_app_names_them():
    [kernel] = [app for app in contexts() if app.name == "efi"]
    imported = set(kernel._modules())
    assert {"efi.delivery.letters", "efi.operations.pages.rebuild", "efi.running.registrations"} <= imported
    assert not imported & {"efi.serve", "efi.wsgi", "efi.running.worker"}


def test_sections_stand_by_their_places_whichever_app_names_them():
    assert sections() == ["Catalogue", "Stock", "Customers", "Tavern", "Waiting", "Insight", "Operations", "Access"]


def test_a_page_in_a_section_that_no_app_names_stops_the_start(monkeypatch):
    monkeypatch.setattr(type(admin.site._registry[User]), "section", "Nowhere")
    [error] = registrations(None)
    assert (error.id, error.msg) == ("efi.E008", "AccountAdmin is in section Nowhere, which no app names")


def test_two_lists_of_one_name_stop_the_start(monkeypatch):
    monkeypatch.setattr(Tab._meta, "model_name", "product")
    told = [(error.id, error.msg) for error in registrations(None)]
    assert told == [("efi.E010", "product is the name of two lists of records")]


def test_addresses_of_the_api_come_before_pages():
    assert of_contexts() == [
        ("api/v1/", "readmodels.urls"),
        ("api/v1/", "customers.urls"),
        ("api/v1/", "catalog.urls"),
        ("account/", "customers.pages.urls"),
        ("", "readmodels.shop.urls"),
        ("", "catalog.media"),
    ]


def test_the_base_of_all_is_no_app_of_its_own():
    assert not ContextConfig.default
    assert all(app.default for app in contexts())
