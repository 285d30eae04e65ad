"""Every command is given in the admin by who holds its permission alone, and not by who holds all others."""

import pytest
from django.urls import reverse

from catalog.commands.stock import AllocateForOrder, HoldForCart, LetGoOfCart, ReturnAllocation, SendAllocation
from efi.http.permissions import AT_DOORS
from efi.log import event_store
from efi.writing.commands import HANDLERS
from tests.admin.pages import form_address, form_in, links_of, page_with_its_button, places_of, records_of, sent
from tests.api.shop import caught_up
from tests.efi.scenarios import scenarios
from tests.given import NOW

pytestmark = pytest.mark.django_db
BY_OTHER_CONTEXTS = {AllocateForOrder, HoldForCart, LetGoOfCart, ReturnAllocation, SendAllocation}
KINDS = sorted(HANDLERS.keys() - BY_OTHER_CONTEXTS - AT_DOORS, key=lambda kind: kind.__name__)


@pytest.fixture(autouse=True)
def in_march(monkeypatch):
    """The day of the scenarios."""
    monkeypatch.setattr(event_store, "now", lambda: NOW)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_command_is_given_by_its_button_and_its_form(holder, kind):
    command = scenarios()[kind]("A")
    caught_up()
    may, may_not = (
        holder(HANDLERS[kind].permission),
        holder(*(HANDLERS[one].permission for one in KINDS if one is not kind)),
    )
    places = [(pages, verb, record) for pages, verb in places_of(kind) for record in records_of(pages, verb, command)]
    assert places, "no page offers it"
    for pages, verb, record in places:
        page, form = page_with_its_button(pages, record), form_address(pages, verb, record)
        leads_to = {form, reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_add")} if verb.new else {form}
        assert links_of(may.get(page)) & leads_to
        assert not links_of(may_not.get(page)) & leads_to
        assert may.get(form).status_code == 200
        assert may_not.get(form).status_code == 403
        assert may_not.post(form, sent(form_in(may.get(form)), command)).status_code == 403
    before = event_store.commits().count_documents({})
    answer = may.post(form, sent(form_in(may.get(form)), command))
    assert answer.status_code == 302, form_in(answer).errors
    assert event_store.commits().count_documents({}) > before
    assert may.get(answer["Location"], follow=True).status_code == 200


@pytest.mark.parametrize("kind", sorted(BY_OTHER_CONTEXTS | AT_DOORS, key=str), ids=lambda kind: kind.__name__)
def test_what_is_for_others_alone_is_offered_to_no_staff(kind):
    assert list(places_of(kind)) == []
