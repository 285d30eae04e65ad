"""Documents that have owners: by whatever way somebody asks, they find their own and no other's."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory

from catalog.events import LotReceived
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
from tests.catalog.catalogue import delivery, product, supplier
from tests.efi import audit
from tests.efi.labels import only
from tests.given import say

SORT = (("units", 1), ("_id", 1))
OWNER = "supplier"


def last_of(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            document.update(supplier=str(event.supplier_id), units=event.quantity)


def lots_in(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            fact["lots"].append(row(fact, event, len(fact["lots"])))


def lots_come(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            fact["number"] += 1
            fact["_new"].append(row(fact, event, fact["number"]))


def row(fact: Document, event: LotReceived, number: int) -> Document:
    return {"_id": f"{fact['_id']}:{number}", "supplier": str(event.supplier_id), "units": event.quantity}


SHAPES: dict[str, dict[str, Any]] = {
    "deliveries": {"shape": Fold, "fold": last_of},
    "delivered_lots": {
        "shape": Rows,
        "fold": lots_in,
        "empty": lambda: {"lots": []},
        "rows": lambda fact: fact["lots"],
    },
    "lots_so_far": {"shape": Journal, "fold": lots_come, "empty": lambda: {"number": 0, "_new": []}},
}


@pytest.fixture
def suppliers(restarted: None) -> Iterator[tuple[UUID, UUID]]:
    """Two who own what they have delivered: three products have a lot of each."""
    with only():
        for name, about in SHAPES.items():
            details = {detail: value for detail, value in about.items() if detail != "fold"}
            projects(name, streams=("stock",), version=1, owner=OWNER, **details)(about["fold"])
        generations.build_missing()
        ana, ben = supplier("ANA"), supplier("BEN")
        for number, sku in enumerate(("OLI-1", "FETA", "TAH-1"), 1):
            product_id = product(sku)
            for one in (ana, ben) if number % 2 else (ben, ana):
                say(delivery(product_id, one, number, batch=f"{sku}-{number}-{str(one)[:4]}"))
        relay.sweep()
        yield ana, ben


pytestmark = pytest.mark.parametrize("name", SHAPES)


def of(name, owner):
    return live(name).of(owner)


def all_of(name):
    return live(name).stored.find().to_list()


def test_what_is_found_is_the_owner_s(name, suppliers):
    for owner in suppliers:
        found = of(name, owner).find({})
        assert {one[OWNER] for one in found} == {str(owner)}
        assert len(found) == of(name, owner).count({}) == sum(one[OWNER] == str(owner) for one in all_of(name))


def test_another_s_document_is_not_found_and_nobody_learns_that_it_is_there(name, suppliers):
    for document in all_of(name):
        whose = next(one for one in suppliers if str(one) == document[OWNER])
        [other] = set(suppliers) - {whose}
        assert of(name, whose).one(document["_id"]) == document
        with pytest.raises(NotFound) as refused:
            of(name, other).one(document["_id"])
        with pytest.raises(NotFound) as missing:
            of(name, other).one("nothing")
        assert str(refused.value).replace(document["_id"], "nothing") == str(missing.value)


@pytest.mark.parametrize(
    "where", [{OWNER: {"$exists": True}}, {"$or": [{}, {OWNER: {"$ne": ""}}]}, {"$nor": [{"a": 1}]}]
)
def test_no_filter_widens_what_is_found(name, suppliers, where):
    ana, _ = suppliers
    assert of(name, ana).find(where, sort=SORT) == of(name, ana).find({}, sort=SORT)
    assert of(name, ana).count(where) == of(name, ana).count({})


def test_a_filter_for_another_owner_finds_nothing(name, suppliers):
    ana, ben = suppliers
    assert of(name, ana).find({OWNER: str(ben)}) == []


def test_there_is_no_careless_way_to_them(name, suppliers):
    for way in ("documents", "lists"):
        with pytest.raises(LookupError, match="ask for those of one"):
            getattr(live(name), way)


def test_pages_are_the_owner_s_to_the_end(name, suppliers):
    ana, _ = suppliers
    seen, cursor = [], None
    while cursor != "":
        rows, cursor = page_of(of(name, ana), {}, SORT, query="all", cursor=cursor, limit=1)
        seen += rows
    assert seen == of(name, ana).find({}, sort=SORT)


def test_a_cursor_is_good_for_its_owner_alone(name, suppliers):
    for ana, ben in (suppliers, suppliers[::-1]):
        _, cursor = page_of(of("lots_so_far", ana), {}, SORT, query="all", cursor=None, limit=1)
        with pytest.raises(BadInput, match="belongs to another query"):
            page_of(of("lots_so_far", ben), {}, SORT, query="all", cursor=cursor, limit=1)


def test_an_etag_is_good_for_its_owner_alone(name, suppliers):
    def asked(owner, etag=""):
        request = RequestFactory().get("/", headers={"If-None-Match": etag})
        fresh = freshness.read([live(name).name])
        return conditional(own, request, [of(name, owner).name, 1], fresh, HttpResponse)

    ana, ben = suppliers
    tag = asked(ana)["ETag"]
    assert [asked(ana, tag).status_code, asked(ben, tag).status_code] == [304, 200]
    assert {asked(ana)["Cache-Control"], asked(ana, tag)["Cache-Control"]} == {PRIVATE}


def test_no_answer_that_shows_them_may_be_kept(name, suppliers):
    fresh = freshness.read([live(name).name])
    with pytest.raises(LookupError, match="somebody's own"):
        may_be_kept(RequestFactory().get("/"), fresh, (live(name), "any", 1))


def test_an_index_leads_to_them(name, suppliers):
    ana, _ = suppliers
    plan = live(name).stored.find(of(name, ana)._among({})).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)


def test_it_is_built_anew_verified_and_refolded_as_any_other(name, suppliers):
    rebuild(name, lambda *_: None)
    call_command("verify", name, "--all", stdout=StringIO())
    for document in live("deliveries").stored.find():
        refold_stream(f"stock:{document['_id']}")
    audit.the_documents_agree()
    assert f"{OWNER}_1__id_1" in live(name).stored.index_information()


def test_what_has_drifted_is_healed(name, suppliers):
    ana, ben = suppliers
    [mine, *_] = of(name, ana).find({})
    live(name).stored.update_one({"_id": mine["_id"]}, {"$set": {OWNER: str(ben)}})
    call_command("verify", name, "--all", "--heal", stdout=StringIO())
    assert of(name, ana).one(mine["_id"])


def test_what_is_nobody_s_has_no_owner_to_ask_for(name, suppliers):
    with pytest.raises(LookupError, match="have no owners"):
        Generation(Fold(name="open", kinds=(), version=1, fold=last_of), "open_1").of(suppliers[0])


def test_a_tally_is_refused(name):
    with pytest.raises(TypeError, match="a sum has no owner"):
        projects(name, streams=("stock",), version=1, shape=Tally, owner=OWNER)
