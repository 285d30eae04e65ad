"""Elasticsearch killed, frozen, emptied and started again: searches go on, and its index catches up by itself."""

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.conf import settings as live
from django.test import Client

from catalog.commands.products import DeactivateProduct
from efi.log import event_store
from efi.reading import freshness, generations
from efi.reading.followers import Outage
from readmodels import product_catalog
from readmodels.search import elastic, feed, store
from readmodels.search.index import name_of
from tests.api import conftest as api
from tests.api.shop import Caller, Shop, caught_up, drafted, emptied, known, names, on_sale, refused
from tests.catalog.catalogue import category
from tests.given import say
from tests.services.conftest import running
from tests.services.program import eventually
from tests.services.servers import Elasticsearch

pytestmark = pytest.mark.alone

OWN_TIME = 2.0
"""Seconds that MongoDB may take on a busy machine, beside the half second that Elasticsearch is waited for."""
MOUSSAKA, OLIVES = "Moussaka", "Olives"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One that may be harmed."""
    yield from running(Elasticsearch(tmp_path_factory.mktemp("harmed")))


@pytest.fixture(scope="module")
def accounts(server, django_db_setup, django_db_blocker):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "ELASTICSEARCH_URL", server.uri)
        elastic.forget()
        yield from api.accounts_of(django_db_blocker)
    elastic.forget()


@pytest.fixture
def shop(accounts, server):
    """Two products, in both engines, which answer."""
    emptied()
    shop = Shop(accounts)
    mezze = category("Mezze")
    shop.olives, shop.moussaka = (on_sale(name, name[:3].upper(), categories=(mezze,)) for name in (OLIVES, MOUSSAKA))
    caught_up()
    eventually(lambda: engine(shop.guest) == "elasticsearch", 30)
    return shop


def ask(caller, query="mezze"):
    return caller.get(f"products?q={query}&facets=country")


def engine(caller):
    return ask(caller).json()["meta"]["search"]


def timed(caller):
    """The engine that has answered, how much was found, and after how many seconds."""
    began = time.monotonic()
    answer = ask(caller)
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]["search"], len(names(answer)), time.monotonic() - began


def next_of(shop, engine):
    """The address of the second page of a search that this engine began."""
    first = shop.guest.get("products?q=mezze&limit=1").json()
    assert first["meta"]["search"] == engine
    return first["links"]["next"].removeprefix("/api/v1/")


def is_behind(seconds):
    """The index, while the documents are not; returns since when."""
    known({"confirmed": event_store.now()})
    since = event_store.now() - timedelta(seconds=seconds)
    freshness.entries().update_one({"_id": name_of(products())}, {"$set": {"entries.olives": since}})
    freshness.forget()
    return since


def products():
    return generations.live(product_catalog.NAME)


def indexed(identity):
    return elastic.writer().get(index=name_of(products()), id=str(identity))


@pytest.fixture
def away():
    """Elasticsearch is not asked for a while."""

    @contextmanager
    def for_a_while():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(elastic.breaker, "_failed", 9)
            patch.setattr(elastic.breaker, "_asks_again", time.monotonic() + 60)
            yield

    return for_a_while


def by_elasticsearch(search):
    """The answer that Elasticsearch has found: on a busy machine the first may come too late for it."""
    return eventually(
        lambda: next((one for one in [search()] if one.json()["meta"]["search"] == "elasticsearch"), None)
    )


class TestKilled:
    def test_searches_go_on_and_what_was_written_meanwhile_is_waited_out_and_found_afterwards(self, shop, server):
        told, stop = [], Event()

        def customer():
            caller = Caller()
            while not stop.is_set():
                told.append(timed(caller))

        customers = [Thread(target=customer) for _ in range(2)]
        for one in customers:
            one.start()
        eventually(lambda: len(told) > 10)
        server.kill()
        eventually(lambda: told[-1][0] == "mongodb")
        stop.set()
        for one in customers:
            one.join()
        figs = on_sale("Figs", "FIG", categories=(category("Fruit"),))
        with pytest.raises(Outage):
            feed.answer(products(), dict(event_store.heads(("product",))))
        server.start()
        feed.answer(products(), dict(event_store.heads(("product",))))
        eventually(lambda: names(ask(shop.guest, "figs")) == ["Figs"] and engine(shop.guest) == "elasticsearch", 30)
        assert {found for _, found, _ in told} == {2}
        assert max(seconds for _, _, seconds in told) < elastic.TIMEOUT + OWN_TIME
        assert indexed(figs)["_version"] == products().documents.find_one({"_id": str(figs)})["_rev"]

    def test_an_index_that_is_lost_is_made_and_filled_without_anybodys_help(self, shop, server):
        feed.drop(products())
        assert engine(shop.guest) == "mongodb"
        feed.look_after(event_store.now())
        elastic.breaker.close()
        eventually(lambda: engine(shop.guest) == "elasticsearch", 10)
        assert list(feed.differences(products())) == []

    def test_an_index_that_is_lost_while_it_is_filled_is_an_outage(self, shop, monkeypatch):
        feed.drop(products())
        put = store.put

        def put_and_lose(name, documents):
            put(name, documents)
            elastic.writer().indices.delete(index=name)
            return []

        with monkeypatch.context() as patch:
            patch.setattr(store, "put", put_and_lose)
            with pytest.raises(Outage, match="was lost while it was filled"):
                feed.fill(products())
        feed.fill(products())
        assert engine(shop.guest) == "elasticsearch"

    def test_an_index_that_was_left_half_filled_is_not_read(self, shop, server, monkeypatch):
        feed.drop(products())

        def dies(*_):
            raise Outage("in the midst of it")

        with monkeypatch.context() as patch:
            patch.setattr(store, "put", dies)
            with pytest.raises(Outage):
                feed.fill(products())
        assert engine(shop.guest) == "mongodb"
        feed.fill(products())
        elastic.breaker.close()
        assert engine(shop.guest) == "elasticsearch"


class TestBehind:
    def test_an_index_that_is_behind_while_the_documents_are_not_is_not_asked(self, shop):
        is_behind(seconds=10)
        assert engine(shop.guest) == "mongodb"

    def test_an_answer_is_no_fresher_than_the_index_that_gave_it(self, shop):
        since = is_behind(seconds=1)
        for answer in (ask(shop.guest), shop.guest.get("search/suggest?q=olives")):
            meta = answer.json()["meta"]
            assert (meta["search"], datetime.fromisoformat(meta["as_of"])) == ("elasticsearch", since)


class TestFrozen:
    def test_the_breaker_opens_and_answers_stay_fast(self, shop, server):
        server.freeze()
        try:
            told = [timed(shop.guest) for _ in range(elastic.breaker.failures)]
            assert elastic.breaker.is_open
            assert {one[0] for one in told} == {"mongodb"}
            assert max(one[2] for one in told) < elastic.TIMEOUT + OWN_TIME
            quick = sorted(timed(shop.guest)[2] for _ in range(9))
            assert quick[4] < elastic.TIMEOUT / 2
        finally:
            server.thaw()
        eventually(lambda: engine(shop.guest) == "elasticsearch", 10)

    def test_who_waits_for_it_keeps_nobody_else_waiting(self, shop, server, monkeypatch):
        monkeypatch.setattr(elastic.breaker, "failures", 100)
        server.freeze()
        try:
            with ThreadPoolExecutor(6) as customers:
                told = list(customers.map(lambda _: timed(Caller()), range(6)))
        finally:
            server.thaw()
        assert {engine for engine, _, _ in told} == {"mongodb"}
        assert max(seconds for _, _, seconds in told) < elastic.TIMEOUT + OWN_TIME
        elastic.breaker.close()

    def test_a_search_that_elasticsearch_began_is_to_be_begun_anew(self, shop, away):
        following = next_of(shop, "elasticsearch")
        with away():
            refused(shop.guest.get(following), 400, "cursor")
        assert shop.guest.get(following).status_code == 200

    def test_whoever_turns_pages_in_the_shop_is_led_to_the_first(self, shop, away, monkeypatch):
        monkeypatch.setattr("efi.http.paging.USUAL_ROWS", 1)
        page = Client().get("/products?q=mezze&country=GR")
        [following] = re.findall(r'href="(/products\?[^"]*cursor=[^"]*)"', page.content.decode())[:1]
        with away():
            answer = Client().get(html.unescape(following))
            assert (answer.status_code, answer["Location"]) == (302, "/products?q=mezze&country=GR")
            assert Client().get(answer["Location"]).status_code == 200

    def test_a_search_that_mongodb_began_goes_on_there_when_elasticsearch_is_back(self, shop, away):
        with away():
            following = next_of(shop, "mongodb")
        page = shop.guest.get(following).json()
        assert (page["meta"]["search"], len(page["data"])) == ("mongodb", 1)

    def test_a_search_that_elasticsearch_began_goes_on_there_for_who_wants_the_newest(self, shop):
        following = next_of(shop, "elasticsearch")
        page = shop.guest.get(following, cache_control="no-cache").json()
        assert page["meta"]["search"] == "elasticsearch"

    def test_a_search_that_elasticsearch_began_goes_on_while_its_index_is_behind(self, shop):
        following = next_of(shop, "elasticsearch")
        is_behind(seconds=10)
        page = shop.guest.get(following).json()
        assert (page["meta"]["search"], page["meta"]["stale"]) == ("elasticsearch", True)


class TestWrites:
    def test_a_late_write_brings_nothing_hidden_back(self, shop):
        late = products().documents.find_one({"_id": str(shop.olives)})
        say(DeactivateProduct(product_id=shop.olives))
        caught_up()
        assert indexed(shop.olives)["_source"] == {"listed": False}
        assert store.put(name_of(products()), [late]) == []
        elastic.writer().indices.refresh(index=name_of(products()))
        assert indexed(shop.olives)["_source"] == {"listed": False}
        assert names(ask(shop.guest)) == [MOUSSAKA]

    def test_a_product_that_the_index_has_not_yet_hidden_is_not_shown(self, shop):
        say(DeactivateProduct(product_id=shop.olives))
        generations.sweep(products())
        assert names(by_elasticsearch(lambda: ask(shop.guest))) == [MOUSSAKA]

    def test_nothing_is_marked_of_a_product_that_the_index_has_not_yet_hidden(self, shop):
        say(DeactivateProduct(product_id=shop.olives))
        generations.sweep(products())
        answer = by_elasticsearch(lambda: shop.guest.get("products?q=olives&include=highlights"))
        assert answer.json()["meta"]["highlights"] == {}

    def test_a_draft_is_a_stub_that_nothing_finds(self, shop):
        draft = drafted("Draft of olives", "DRA", categories=(category("Drafts"),))
        caught_up()
        assert indexed(draft)["_source"] == {"listed": False}
        assert names(ask(shop.guest, "draft")) == []

    def test_every_item_of_a_bulk_answer_is_read(self, shop, monkeypatch, caplog):
        whole = store.indexed
        broken = {**products().documents.find_one({"_id": str(shop.olives)}), "_rev": 99}
        monkeypatch.setattr(store, "indexed", lambda one: {**whole(one), "colour": "green"})
        products().documents.replace_one({"_id": broken["_id"]}, broken)
        feed.write(products(), [str(shop.olives), str(shop.moussaka)])
        assert "strict_dynamic_mapping_exception" in caplog.text
        assert str(shop.moussaka) not in caplog.text

    def test_what_differs_is_named_and_healed(self, shop):
        elastic.writer().delete(index=name_of(products()), id=str(shop.olives))
        elastic.writer().index(index=name_of(products()), id="nobody", document={"listed": False})
        ahead = {"id": str(shop.moussaka), "version": 77, "version_type": "external_gte"}
        elastic.writer().index(index=name_of(products()), document={"listed": False}, **ahead)
        told = list(feed.differences(products()))
        assert sorted(map(str, told)) == sorted(
            [
                f"{shop.olives}: Elasticsearch does not have it, MongoDB at 1",
                f"{shop.moussaka}: Elasticsearch has it at 77, MongoDB at 1",
                "nobody: Elasticsearch alone has it",
            ]
        )
        assert {one.identity for one in feed.differences(products(), ["nobody"])} == {"nobody"}
        feed.heal(products(), [one.identity for one in told])
        assert list(feed.differences(products())) == []
        assert list(feed.differences(products(), [str(shop.olives)])) == []
        eventually(lambda: sorted(names(ask(shop.guest))) == [MOUSSAKA, OLIVES], 10)

    def test_nothing_is_written_into_an_index_that_nobody_has_made(self, shop):
        feed.drop(products())
        with pytest.raises(Outage):
            feed.write(products(), [str(shop.olives)])
        assert not elastic.writer().indices.exists(index=name_of(products()))
