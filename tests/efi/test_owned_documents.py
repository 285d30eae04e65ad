"""Documents that have owners: by whatever way somebody asks, they find their own and no other's."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory

from efi.delivery import relay
from efi.domain.errors import NotFound
from efi.domain.events import Event
from efi.http.answers import conditional
from efi.http.cache_control import PRIVATE, own
from efi.http.hot_reads import may_be_kept
from efi.http.paging import page_of
from efi.http.problems import BadInput
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.operations.rebuilding.rebuild import rebuild
from efi.reading import freshness, generations
from efi.reading.generations import live
from efi.reading.projections import Fold, Generation, Journal, Rows, Tally, projects
from efi.reading.refolding import refold_stream
from tavern.events import KegTasted
from tests.efi import audit
from tests.given import say
from tests.tavern.bar import ADA, BEN, keg, tasting
from tests.tavern.labels import only

SORT = (("stars", 1), ("_id", 1))
OWNER = "guest"


def last_of(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTasted():
            document.update(guest=str(event.guest_id), stars=event.stars)


def opinions_in(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTasted():
            fact["opinions"].append(row(fact, event, len(fact["opinions"])))


def tastings_come(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTasted():
            fact["number"] += 1
            fact["_new"].append(row(fact, event, fact["number"]))


def row(fact: Document, event: KegTasted, number: int) -> Document:
    return {"_id": f"{fact['_id']}:{number}", "guest": str(event.guest_id), "stars": event.stars}


SHAPES: dict[str, dict[str, Any]] = {
    "last_tastings": {"shape": Fold, "fold": last_of},
    "opinions": {
        "shape": Rows,
        "fold": opinions_in,
        "empty": lambda: {"opinions": []},
        "rows": lambda fact: fact["opinions"],
    },
    "tastings_so_far": {"shape": Journal, "fold": tastings_come, "empty": lambda: {"number": 0, "_new": []}},
}


@pytest.fixture
def guests(restarted: None) -> Iterator[tuple[UUID, UUID]]:
    """Two who own what they have said: three kegs were tasted by each."""
    with only():
        for name, about in SHAPES.items():
            details = {detail: value for detail, value in about.items() if detail != "fold"}
            projects(name, streams=("tasting",), version=1, owner=OWNER, **details)(about["fold"])
        generations.build_missing()
        for number, name in enumerate(("Stout", "Porter", "Perry"), 1):
            keg_id = keg(name)
            for guest_id in (ADA, BEN) if number % 2 else (BEN, ADA):
                say(tasting(keg_id, guest_id, number))
        relay.sweep()
        yield ADA, BEN


pytestmark = pytest.mark.parametrize("name", SHAPES)


def of(name, owner):
    return live(name).of(owner)


def all_of(name):
    return live(name).stored.find().to_list()


def test_what_is_found_is_the_owner_s(name, guests):
    for owner in guests:
        found = of(name, owner).find({})
        assert {one[OWNER] for one in found} == {str(owner)}
        assert len(found) == of(name, owner).count({}) == sum(one[OWNER] == str(owner) for one in all_of(name))


def test_another_s_document_is_not_found_and_nobody_learns_that_it_is_there(name, guests):
    for document in all_of(name):
        whose = next(one for one in guests if str(one) == document[OWNER])
        [other] = set(guests) - {whose}
        assert of(name, whose).one(document["_id"]) == document
        with pytest.raises(NotFound) as refused:
            of(name, other).one(document["_id"])
        with pytest.raises(NotFound) as missing:
            of(name, other).one("nothing")
        assert str(refused.value).replace(document["_id"], "nothing") == str(missing.value)


@pytest.mark.parametrize(
    "where", [{OWNER: {"$exists": True}}, {"$or": [{}, {OWNER: {"$ne": ""}}]}, {"$nor": [{"a": 1}]}]
)
def test_no_filter_widens_what_is_found(name, guests, where):
    ada, _ = guests
    assert of(name, ada).find(where, sort=SORT) == of(name, ada).find({}, sort=SORT)
    assert of(name, ada).count(where) == of(name, ada).count({})


def test_a_filter_for_another_owner_finds_nothing(name, guests):
    ada, ben = guests
    assert of(name, ada).find({OWNER: str(ben)}) == []


def test_there_is_no_careless_way_to_them(name, guests):
    for way in ("documents", "lists"):
        with pytest.raises(LookupError, match="ask for those of one"):
            getattr(live(name), way)


def test_pages_are_the_owner_s_to_the_end(name, guests):
    ada, _ = guests
    seen, cursor = [], None
    while cursor != "":
        rows, cursor = page_of(of(name, ada), {}, SORT, query="all", cursor=cursor, limit=1)
        seen += rows
    assert seen == of(name, ada).find({}, sort=SORT)


def test_a_cursor_is_good_for_its_owner_alone(name, guests):
    for ada, ben in (guests, guests[::-1]):
        _, cursor = page_of(of("tastings_so_far", ada), {}, SORT, query="all", cursor=None, limit=1)
        with pytest.raises(BadInput, match="belongs to another query"):
            page_of(of("tastings_so_far", ben), {}, SORT, query="all", cursor=cursor, limit=1)


def test_an_etag_is_good_for_its_owner_alone(name, guests):
    def asked(owner, etag=""):
        request = RequestFactory().get("/", headers={"If-None-Match": etag})
        fresh = freshness.read([live(name).name])
        return conditional(own, request, [of(name, owner).name, 1], fresh, HttpResponse)

    ada, ben = guests
    tag = asked(ada)["ETag"]
    assert [asked(ada, tag).status_code, asked(ben, tag).status_code] == [304, 200]
    assert {asked(ada)["Cache-Control"], asked(ada, tag)["Cache-Control"]} == {PRIVATE}


def test_no_answer_that_shows_them_may_be_kept(name, guests):
    fresh = freshness.read([live(name).name])
    with pytest.raises(LookupError, match="somebody's own"):
        may_be_kept(RequestFactory().get("/"), fresh, (live(name), "any", 1))


def test_an_index_leads_to_them(name, guests):
    ada, _ = guests
    plan = live(name).stored.find(of(name, ada)._among({})).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)


def test_it_is_built_anew_verified_and_refolded_as_any_other(name, guests):
    rebuild(name, lambda *_: None)
    call_command("verify", name, "--all", stdout=StringIO())
    for document in live("last_tastings").stored.find():
        refold_stream(f"tasting:{document['_id']}")
    audit.the_documents_agree()
    assert f"{OWNER}_1__id_1" in live(name).stored.index_information()


def test_what_has_drifted_is_healed(name, guests):
    ada, ben = guests
    [mine, *_] = of(name, ada).find({})
    live(name).stored.update_one({"_id": mine["_id"]}, {"$set": {OWNER: str(ben)}})
    call_command("verify", name, "--all", "--heal", stdout=StringIO())
    assert of(name, ada).one(mine["_id"])


def test_what_is_nobody_s_has_no_owner_to_ask_for(name, guests):
    with pytest.raises(LookupError, match="have no owners"):
        Generation(Fold(name="open", kinds=(), version=1, fold=last_of), "open_1").of(guests[0])


def test_a_tally_is_refused(name):
    with pytest.raises(TypeError, match="a sum has no owner"):
        projects(name, streams=("tasting",), version=1, shape=Tally, owner=OWNER)
