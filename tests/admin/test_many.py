"""One verb on many records, and what became of each."""

import pytest
from django.contrib import admin

from catalog.models import Category, Product
from tests.admin.pages import form_in, sent
from tests.api.shop import caught_up
from tests.catalog import catalogue

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"


@pytest.fixture
def goods(shop):
    """Two on sale and a draft."""
    made = [catalogue.listed("OLI-1"), catalogue.listed("FETA-1"), catalogue.product("FIG-1")]
    caught_up()
    return [str(one) for one in made]


def chosen(client, verb, keys):
    return client.post(LIST, {"action": verb, "_selected_action": keys})


def carried_out(client, verb, keys, **said):
    form = form_in(chosen(client, verb, keys))
    return client.post(f"{LIST}give-many/{verb}/", {**sent(form, **said), "_selected_action": keys})


def outcomes(answer):
    return {one.record.sku: (one.done, one.said) for one in answer.context["outcomes"]}


def test_asks_before_anything_is_done(staff, goods):
    answer = chosen(staff, "deactivate_product", goods)
    assert [one.sku for one in answer.context["records"]] == ["OLI-1", "FETA-1", "FIG-1"]
    assert set(Product.objects.values_list("status", flat=True)) == {"active", "draft"}


def test_says_of_each_what_happened(staff, goods):
    assert outcomes(carried_out(staff, "deactivate_product", goods)) == {
        "OLI-1": (True, "product deactivated"),
        "FETA-1": (True, "product deactivated"),
        "FIG-1": (False, "a product that is draft cannot be deactivated"),
    }
    assert Product.objects.get(sku="OLI-1").status == "inactive"


def test_asks_once_for_what_all_are_to_have(staff, goods):
    shelf = Category.objects.get(name="Shelf of OLI-1")
    assert outcomes(carried_out(staff, "categorise_product", goods, category_ids=[shelf.pk])) == {
        "OLI-1": (True, "it was so already"),
        "FETA-1": (True, "product categorised"),
        "FIG-1": (True, "product categorised"),
    }


def test_sent_twice_is_done_once(staff, goods):
    said = {**sent(form_in(chosen(staff, "discontinue_product", goods[:1]))), "_selected_action": goods[:1]}
    answers = [staff.post(f"{LIST}give-many/discontinue_product/", said) for _ in range(2)]
    assert [outcomes(one)["OLI-1"] for one in answers] == [(True, "product discontinued, stock closed")] * 2


def test_what_is_wrong_with_the_form_is_said_before_anything_is_done(staff, goods):
    answer = carried_out(staff, "categorise_product", goods, category_ids=["no id"])
    assert form_in(answer).errors
    assert "outcomes" not in answer.context


def test_is_for_those_who_may_give_the_command(visitor, staff, goods):
    approver = visitor("approver")
    form = form_in(chosen(staff, "deactivate_product", goods))
    said = {**sent(form), "_selected_action": goods}
    assert approver.post(f"{LIST}give-many/deactivate_product/", said).status_code == 403
    assert "deactivate_product" not in approver.get(LIST).content.decode()
    assert set(Product.objects.values_list("status", flat=True)) == {"active", "draft"}


def test_nothing_chosen_leads_back_to_the_list(staff, goods):
    for verb in ("deactivate_product", "change_price"):
        assert staff.post(f"{LIST}give-many/{verb}/", {"_selected_action": []})["Location"] == LIST
    assert staff.get(f"{LIST}give-many/deactivate_product/")["Location"] == LIST


def test_what_a_list_keeps_back_is_not_chosen(staff, goods, monkeypatch):
    kept_back = Product.objects.exclude(sku="FIG-1")
    monkeypatch.setattr(type(admin.site._registry[Product]), "get_queryset", lambda pages, request: kept_back)
    carried = carried_out(staff, "deactivate_product", goods)
    assert outcomes(carried).keys() == {"OLI-1", "FETA-1"}
