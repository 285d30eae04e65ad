"""The page of operations on which read models are built anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from efi.http.permissions import OPERATE
from efi.operations.pages import rebuild
from efi.reading import freshness, generations
from efi.reading.generations import pointers
from tests.admin.conftest import holder, shop, staff, visitor
from tests.services.program import eventually

__all__ = ("holder", "shop", "staff", "visitor")
pytestmark = pytest.mark.django_db
PAGE = "admin:operations_rebuild"
NAME = "supplier_records"


@pytest.fixture
def operator(holder):
    return holder(OPERATE)


@pytest.fixture
def begun(monkeypatch):
    """What was begun, instead of a process."""
    calls = []
    monkeypatch.setattr(rebuild, "begin", lambda *call: calls.append(call))
    return calls


def text_of(client, page=PAGE):
    return client.get(reverse(page)).content.decode()


def test_it_lists_every_read_model_with_what_serves(operator):
    text = text_of(operator)
    for generation in generations.of_this_process():
        assert generation.name in text


def test_it_is_for_operators_alone(holder):
    client = holder()
    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse(PAGE), {"name": NAME, "what": "rebuild"}).status_code == 403
    assert client.get(reverse("admin:operations_rebuild_progress")).status_code == 403


@pytest.fixture
def before():
    """There is a generation before the one that serves."""
    previous = f"previous.{generations.live(NAME).model.version}"
    pointers().update_one({"_id": NAME}, {"$set": {previous: f"{NAME}_00000000"}})
    yield
    pointers().update_one({"_id": NAME}, {"$unset": {previous: ""}})


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("what", ["rebuild", "back", "clean"])
class TestAButton:
    def test_asks_first_and_says_what_it_is_about(self, operator, begun, what):
        asked = operator.post(reverse(PAGE), {"name": NAME, "what": what}).content.decode()
        assert not begun
        for told in (generations.live(NAME).name, f"{NAME}_00000000", 'name="sure"', f'value="{what}"'):
            assert told in asked

    def test_begins_once_one_is_sure_and_the_choice_stays(self, operator, begun, what):
        answer = operator.post(reverse(PAGE), {"name": NAME, "what": what, "sure": "yes"}, follow=True)
        assert begun == [(NAME, what)]
        text = answer.content.decode()
        assert f"{what} of {NAME} has begun" in text
        assert f"<option selected>{NAME}</option>" in text

    def test_leads_back_with_the_choice_as_it_was(self, operator, begun, what):
        asked = operator.post(reverse(PAGE), {"name": NAME, "what": what})
        assert f"<option selected>{NAME}</option>" in operator.get(asked.context["back"]).content.decode()
        assert not begun


def test_without_a_generation_before_there_is_no_way_back(operator, begun):
    answer = operator.post(reverse(PAGE), {"name": NAME, "what": "back"}, follow=True)
    assert f"{NAME} has no generation to go back to" in answer.content.decode()
    assert not begun


def test_what_is_being_built_is_not_begun_twice(operator, begun):
    held = f"building.{generations.live(NAME).model.version}"
    until = freshness.present() + timedelta(minutes=1)
    pointers().update_one({"_id": NAME}, {"$set": {held: {"holder": "another", "until": until}}})
    answer = operator.post(reverse(PAGE), {"name": NAME, "what": "rebuild"}, follow=True)
    pointers().update_one({"_id": NAME}, {"$unset": {held: ""}})
    assert f"{NAME} is being built already" in answer.content.decode()
    assert not begun


@pytest.mark.parametrize(
    "sent", [{"name": "--help", "what": "rebuild"}, {"name": NAME, "what": "drop", "sure": "yes"}, {}]
)
def test_nothing_else_is_begun(operator, begun, sent):
    assert operator.post(reverse(PAGE), sent).status_code == 404
    assert not begun


def test_looking_begins_nothing(operator, begun):
    operator.get(reverse(PAGE), {"name": NAME, "what": "rebuild"})
    assert not begun


@pytest.mark.parametrize("page", [PAGE, "admin:operations_rebuild_progress"])
def test_it_tells_how_far_a_build_is_and_why_it_stopped(operator, page):
    at = generations.live(NAME).documents.database.client.admin.command("hello")["localTime"]
    build = {"generation": f"{NAME}_00000000", "total": 900, "commits": 300, "begun_at": at, "since": at, "before": 0}
    stopped = {**build, "step": "comparing", "said": "olives are <missing>"}
    version = generations.live(NAME).model.version
    pointers().update_one({"_id": NAME}, {"$set": {f"building.{version}": stopped}})
    text = text_of(operator, page)
    pointers().update_one({"_id": NAME}, {"$unset": {"building": ""}})
    for told in ("300 of 900 commits", "Comparing: stopped", "olives are &lt;missing&gt;"):
        assert told in text


def test_it_really_is_built(operator):
    before = generations.live(NAME).name
    operator.post(reverse(PAGE), {"name": NAME, "what": "rebuild", "sure": "yes"})
    eventually(lambda: pointers().find_one({"_id": NAME}).get("previous"))
    eventually(lambda: not pointers().find_one({"_id": NAME}).get("building"))
    generations.forget()
    assert generations.live(NAME).name != before
