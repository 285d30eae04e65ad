"""Operators see what reactions could not do, try it again, or let it be."""

import pytest

from efi.delivery.reactions import REACTIONS, reacts, refused
from efi.log import event_store
from efi.staff.commands.giving import give
from tavern.commands.cellars import CloseCellar
from tavern.commands.kegs import MoveKeg
from tavern.commands.tabs import OrderFlight
from tavern.events import KegMoved
from tests.given import minutes, say
from tests.tavern import bar

pytestmark = pytest.mark.django_db
PAGE = "/admin/operations/reactions/"


@pytest.fixture
def left_open(shop):
    """A cellar that a reaction could not close, as another keg lies in it; the id of that keg."""

    @reacts("closed_behind_kegs", streams=("keg",))
    def closed_behind_kegs(event, commit):
        if isinstance(event, KegMoved):
            yield CloseCellar(cellar_id=event.old_cellar_id)

    cellar = bar.cellar("Under the stairs")
    stout, porter = (bar.keg(name, cellar_id=cellar) for name in ("Stout", "Porter"))
    say(MoveKeg(keg_id=stout, cellar_id=bar.cellar("Loft")))
    REACTIONS["closed_behind_kegs"].answer({f"keg:{stout}": event_store.head(f"keg:{stout}")})
    yield porter
    del REACTIONS["closed_behind_kegs"]


@pytest.fixture
def operator(holder):
    return holder("efi.operate")


def named():
    return refused().find_one()["_id"]


def test_an_operator_reads_what_was_refused_and_why(operator, left_open):
    shown = operator.get(PAGE).content.decode()
    assert "closed_behind_kegs" in shown
    assert "close_cellar: 1 kegs lie in cellar Under the stairs" in shown


def test_once_the_reason_is_gone_it_is_tried_again(operator, left_open):
    say(MoveKeg(keg_id=left_open, cellar_id=bar.cellar("Shed")))
    assert "done" in operator.post(PAGE, {"one": named(), "try_again": ""}, follow=True).content.decode()
    assert refused().find_one() is None


def test_while_the_reason_stands_it_stays(operator, left_open):
    said = operator.post(PAGE, {"one": named(), "try_again": ""}, follow=True).content.decode()
    assert "1 kegs lie in cellar" in said
    assert refused().find_one()["tries"] == 2


def test_what_is_no_longer_wanted_is_let_be(operator, left_open):
    operator.post(PAGE, {"one": named(), "let_be": ""})
    assert refused().find_one() is None


def test_a_reaction_that_fails_cannot_be_let_be(operator, left_open):
    refused().update_one({}, {"$set": {"fails": True}})
    assert 'name="let_be"' not in operator.get(PAGE).content.decode()
    operator.post(PAGE, {"one": named(), "let_be": ""})
    assert refused().find_one() is not None


def test_what_was_answered_meanwhile_is_said(operator, left_open):
    assert "answered already" in operator.post(PAGE, {"one": "nothing", "try_again": ""}, follow=True).content.decode()


def test_who_may_not_operate_sees_nothing_of_it(holder, left_open):
    assert holder().get(PAGE).status_code == 403


def test_staff_are_told_what_a_command_did_by_carrying_out_others(holder):
    account = holder("tavern.order_flight").get("/admin/").wsgi_request.user
    open_for_long = bar.opening(lapses_at=event_store.now() + minutes(60))
    tab_id, stout = say(open_for_long).id, bar.keg("Stout")
    given = give(OrderFlight(tab_id=tab_id, keg_ids=(stout,)), account, "K")
    assert {commit.stream for commit in given.commits} == {f"tab:{tab_id}", f"keg:{stout}"}
