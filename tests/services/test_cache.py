"""Hot reads with a real Redis: what is kept, for how long, and what becomes of it when Redis or a document moves."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from catalog.commands.categories import RenameCategory
from catalog.commands.products import ChangePrice
from efi.http import cache, cache_invalidation
from efi.http.answers import consistency_token
from efi.http.cache import Answer, Miss
from efi.log import event_store
from efi.reading import catching_up, followers, freshness, generations
from efi.runtime.breaker import Breaker
from efi.runtime.metrics import REGISTRY
from readmodels import categories, product_catalog, product_queries
from readmodels.api import ProductViewSet
from tests.api import conftest as api
from tests.api.shop import Caller, Shop, bell_under_way, caught_up, emptied, on_sale
from tests.given import bbd, say
from tests.services.program import eventually

PRODUCT, LIST, TREE = "products/OLI-1", "products?country=GR&facets=category&include=total", "categories"
KEPT = [PRODUCT, "products/OLI-1?fields=name,price", "products", LIST, TREE, "categories/mezze"]
OUTCOMES = ("hit", "miss", "past")
DOCUMENT, TOKEN = ("product_catalog_1", "olives"), "t-1"
PATIENCE = cache.TIMEOUT
accounts, mezze, olives = api.accounts, api.mezze, api.olives


@pytest.fixture
def patience():
    """How long Redis may take: on a busy machine what hits and what misses is not to be decided by that."""
    return 10.0


@pytest.fixture
def kept(redis_server, settings, monkeypatch, patience):
    """What Redis holds: nothing yet, and nobody has found it away."""
    settings.REDIS_URL = redis_server.uri
    monkeypatch.setattr(cache, "TIMEOUT", patience)
    monkeypatch.setattr(cache._wire, "made_for", None)
    cache.pool.cache_clear()
    monkeypatch.setattr(cache, "BREAKER", Breaker("redis"))
    with redis.Redis.from_url(redis_server.uri) as client:
        client.flushall()
        yield client
    cache.pool.cache_clear()


@pytest.fixture
def shop(accounts, kept):
    emptied()
    return Shop(accounts)


def counts():
    """Of all hot reads."""
    samples = (sample for metric in REGISTRY.collect() for sample in metric.samples)
    found = dict.fromkeys(OUTCOMES, 0)
    for sample in samples:
        if sample.name == "efi_cache_reads_total":
            found[sample.labels["outcome"]] += sample.value
    return found


def asked(shop, address, **headers):
    """The answer, and how it was come by."""
    before = counts()
    answer = shop.guest.get(address, **headers)
    after = counts()
    return answer, [outcome for outcome in OUTCOMES if after[outcome] > before[outcome]]


def price(shop, **headers):
    return shop.guest.get(PRODUCT, **headers).json()["data"]["price"]["amount"]


def new_price(olives, amount):
    return say(ChangePrice(product_id=olives, price=bbd(amount), reason="new crop"))


def rung(*streams):
    """As when the relay rings for these, whether or not there is news."""
    for follower in followers.followers():
        if heard := follower.heard({stream: event_store.head(stream) for stream in streams}):
            follower.answer(heard)


def answers_of(kept):
    return kept.keys("efi:answer:*")


@pytest.mark.parametrize("address", KEPT)
def test_what_was_asked_before_is_answered_with_the_same_bytes(shop, olives, address):
    first, made = asked(shop, address)
    again, found = asked(shop, address)
    assert (made, found) == (["miss"], ["hit"])
    assert (again.status_code, again.content) == (200, first.content)
    for answer in (first, again):
        del answer["X-Request-ID"]
    assert dict(again.items()) == dict(first.items())


@pytest.mark.parametrize("address", KEPT)
def test_who_has_it_already_is_told_so_whether_it_was_kept_or_not(shop, olives, kept, address):
    tag = shop.guest.get(address)["ETag"]
    kept.flushall()
    for outcome in (["miss"], ["hit"]):
        answer, how = asked(shop, address, if_none_match=tag)
        assert (answer.status_code, answer.content, answer["ETag"], how) == (304, b"", tag, outcome)
        assert answer["As-Of"]
        assert answer["Cache-Control"] == "public, max-age=5, stale-while-revalidate=60"
    several, how = asked(shop, address, if_none_match=f'"other", W/{tag}')
    assert (several.status_code, how) == (304, ["hit"])
    other, how = asked(shop, address, if_none_match='"other"')
    assert (other.status_code, how) == (200, ["hit"])


@pytest.mark.parametrize("address", ["/", "/products", "/categories/mezze", "/products/kalamata-olives~OLI-1"])
def test_a_page_of_the_shop_is_kept_for_seconds_but_not_for_who_refreshes_it(shop, olives, kept, address):
    slug = shop.guest.get(PRODUCT).json()["data"]["slug"]
    path = address.replace("kalamata-olives~OLI-1", slug)
    kept.flushall()
    first, before = shop.guest.client.get(path), counts()
    again = shop.guest.client.get(path, headers={"accept": "text/html"})
    assert (again.status_code, again.content, counts()["hit"]) == (200, first.content, before["hit"] + 1)
    assert again["Content-Security-Policy"]
    assert shop.guest.client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    [key] = answers_of(kept)
    assert kept.pttl(key) <= 5_000
    assert shop.guest.client.get(f"{path}?refresh=now")["Cache-Control"] == "private, no-store"
    assert answers_of(kept) == [key]


def test_news_of_a_product_drops_its_page_in_the_shop(shop, olives):
    path = f"/products/{shop.guest.get(PRODUCT).json()['data']['slug']}"
    assert "8.50" in shop.guest.client.get(path).content.decode()
    new_price(olives, "9.00")
    rung(f"product:{olives}")
    assert "9.00" in shop.guest.client.get(path).content.decode()


def test_a_head_is_answered_from_what_a_get_has_left(shop, olives):
    first = shop.guest.get(PRODUCT)
    before = counts()
    head = shop.guest.send(
        "HEAD", f"/api/v1/{PRODUCT}", x_request_id="till-7", traceparent=f"00-{'a' * 32}-{'b' * 16}-01"
    )
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert (head["X-Request-ID"], head["traceparent"][:5]) == ("till-7", "00-aa")
    assert counts()["hit"] == before["hit"] + 1


def test_a_get_is_answered_from_what_a_head_has_left(shop, olives):
    shop.guest.send("HEAD", f"/api/v1/{PRODUCT}")
    answer, how = asked(shop, PRODUCT)
    assert (answer.json()["data"]["sku"], how) == ("OLI-1", ["hit"])


def test_the_order_of_a_query_makes_no_difference(shop, olives):
    shop.guest.get("products?country=GR&sort=price")
    answer, how = asked(shop, "products?sort=price&country=GR")
    assert (answer.status_code, how) == (200, ["hit"])


def test_who_takes_no_json_is_refused_though_there_is_an_answer(shop, olives):
    shop.guest.get(PRODUCT)
    answer, how = asked(shop, PRODUCT, accept="text/plain")
    assert (answer.status_code, how) == (406, ["past"])
    assert asked(shop, PRODUCT, accept="application/json, text/plain, */*")[1] == ["hit"]


def test_a_host_that_is_not_ours_is_refused_though_there_is_an_answer(shop, olives):
    shop.guest.get(PRODUCT)
    assert shop.guest.get(PRODUCT, host="evil.example").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "products?q=olives",
        "products?%71=olives",
        "products?limit=1&cursor={cursor}",
        "products?limit=1&%63ursor={cursor}",
        "products/OLI-1/price",
    ],
)
def test_what_few_ask_for_is_not_kept(shop, olives, mezze, kept, address):
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    caught_up()
    cursor = shop.guest.get("products?limit=1").json()["links"]["next"].partition("cursor=")[2]
    kept.flushall()
    for _ in range(2):
        answer, how = asked(shop, address.format(cursor=cursor))
        assert (answer.status_code, how) == (200, [])
    assert answers_of(kept) == []


@pytest.mark.parametrize("address", ["products/NONE", "products?limit=0", "categories/none", "products?unknown=1"])
def test_a_refusal_is_not_kept_and_keeps_nobody_waiting(shop, olives, kept, address):
    assert asked(shop, address)[1] == asked(shop, address)[1] == ["miss"]
    assert kept.keys("efi:answer:*") == kept.keys("efi:filling:*") == []


def test_what_is_not_for_everybody_is_not_kept_whatever_its_view_says(shop, olives, kept, monkeypatch):
    made = ProductViewSet.retrieve

    def private(self, request, key):
        answer = made(self, request, key)
        answer["Cache-Control"] = "private, no-store"
        return answer

    monkeypatch.setattr(ProductViewSet, "retrieve", private)
    assert asked(shop, PRODUCT)[1] == asked(shop, PRODUCT)[1] == ["miss"]
    assert answers_of(kept) == []


def test_what_staff_are_answered_is_not_even_looked_for(shop, olives, kept):
    for address in ("commands", f"streams/product:{olives}", "status/read-models"):
        before = counts()
        assert shop.elias.get(address).status_code == 200
        assert counts() == before
    assert shop.script_of("maria").get(PRODUCT).status_code == 200
    assert answers_of(kept) == []


@pytest.mark.parametrize(("address", "seconds"), [(PRODUCT, 60), (LIST, 5), ("products", 5), (TREE, 5)])
def test_lists_live_five_seconds_and_one_product_up_to_the_bound(shop, olives, kept, address, seconds):
    shop.guest.get(address)
    [key] = answers_of(kept)
    assert seconds - 2 < kept.pttl(key) / 1000 <= seconds
    assert cache.BOUND == 60


def test_an_answer_lives_from_when_it_began_to_be_made(kept):
    cache.look("k", TOKEN)
    kept.pexpire("efi:filling:k", 3_000)
    assert cache.fill("k", TOKEN, answer(), shows(6), seconds=5)
    assert kept.pttl("efi:answer:k") <= 3_000


def test_an_answer_that_was_made_for_longer_than_it_may_live_is_not_kept(kept):
    cache.look("k", TOKEN)
    kept.pexpire("efi:filling:k", 3_000)
    assert not cache.fill("k", TOKEN, answer(), shows(6), seconds=2)
    assert answers_of(kept) == []


def test_what_is_stale_lives_as_briefly_as_a_list(shop, olives, kept):
    bell_under_way(product_catalog.NAME, seconds=10)
    assert shop.guest.get(PRODUCT).json()["meta"]["stale"]
    [key] = answers_of(kept)
    assert kept.pttl(key) <= 5_000


def test_news_of_a_product_drops_its_page_by_every_address_and_leaves_its_revision(shop, olives, kept):
    pages = [PRODUCT, f"products/{olives}", f"{PRODUCT}?fields=price"]
    for address in pages:
        shop.guest.get(address)
    new_price(olives, "9.00")
    rung(f"product:{olives}")
    assert answers_of(kept) == []
    generation = generations.live(product_catalog.NAME)
    revision = generation.documents.find_one({"_id": str(olives)})["_rev"]
    assert cache.revisions(generation.name, [str(olives), "none"]) == {str(olives): revision}
    for address in pages:
        answer, how = asked(shop, address)
        assert (answer.json()["data"]["price"]["amount"], how) == ("9.00", ["miss"])


def test_a_bell_without_news_leaves_what_is_right(shop, olives):
    shop.guest.get(PRODUCT)
    rung(f"product:{olives}")
    assert asked(shop, PRODUCT)[1] == ["hit"]


def test_a_bell_without_news_drops_what_another_has_outdated(shop, olives):
    """As when whoever wrote the document died before it told Redis."""
    shop.guest.get(PRODUCT)
    new_price(olives, "9.00")
    catching_up.catch_up(
        generations.live(product_catalog.NAME), {f"product:{olives}": event_store.head(f"product:{olives}")}
    )
    assert price(shop) == "8.50"
    rung(f"product:{olives}")
    assert price(shop) == "9.00"


def test_a_sweep_drops_what_no_bell_has_told_of(shop, olives):
    shop.guest.get(PRODUCT)
    new_price(olives, "9.00")
    caught_up()
    assert price(shop) == "9.00"


def test_a_renamed_category_is_on_the_page_of_a_product_at_once(shop, olives, mezze):
    shop.guest.get(PRODUCT)
    say(RenameCategory(category_id=mezze, name="Meze"))
    rung("categories")
    freshness.forget()
    categories.trees.clear()
    answer, how = asked(shop, PRODUCT)
    assert ([one["name"] for one in answer.json()["data"]["categories"]], how) == (["Meze"], ["miss"])


def test_a_receipt_goes_past_and_sees_its_write_and_nobody_after_it_sees_less(shop, olives):
    shop.guest.get(PRODUCT)
    receipt = new_price(olives, "9.00")
    answer, how = asked(shop, PRODUCT, consistency_token=consistency_token(receipt))
    assert (answer.json()["data"]["price"]["amount"], how) == ("9.00", ["past"])
    assert price(shop) == "9.00"


def test_no_cache_goes_past_and_sees_the_newest(shop, olives):
    shop.guest.get(PRODUCT)
    new_price(olives, "9.00")
    answer, how = asked(shop, PRODUCT, cache_control="no-cache")
    assert (answer.json()["data"]["price"]["amount"], how) == ("9.00", ["past"])


def test_who_shows_a_token_of_theirs_goes_past(shop, olives):
    before = counts()
    assert shop.script_of("maria").get(PRODUCT).status_code == 200
    assert counts()["past"] == before["past"] + 1


def test_a_switched_pointer_leads_to_other_answers(shop, olives):
    shop.guest.get(PRODUCT)
    model = generations.live(product_catalog.NAME).model
    field = f"generations.{model.version}"
    pointer = generations.pointers().find_one({"_id": model.name})
    generations.pointers().update_one({"_id": model.name}, {"$set": {field: generations.make(model).name}})
    generations.forget()
    try:
        assert shop.guest.get(PRODUCT).status_code == 404
    finally:
        generations.pointers().replace_one({"_id": model.name}, pointer)
        generations.forget()


def test_of_twenty_that_miss_at_once_one_fills_and_the_others_wait_for_it(shop, olives, monkeypatch):
    monkeypatch.setattr("efi.http.hot_reads.WAITS", 30)
    monkeypatch.setattr(cache, "FILLING", 30)
    calls, looked = [], product_queries.page

    def slowly(*args):
        calls.append(args)
        eventually(lambda: counts()["miss"] > before["miss"])
        return looked(*args)

    monkeypatch.setattr(product_queries, "page", slowly)
    before = counts()
    with ThreadPoolExecutor(20) as guests:
        answers = list(guests.map(lambda _: Caller().get("products"), range(20)))
    after = counts()
    assert len(calls) == 1
    assert len({answer.content for answer in answers}) == 1
    assert (after["miss"] - before["miss"], after["hit"] - before["hit"]) == (1, 19)


def test_nobody_waits_for_long_for_another_that_fills(shop, olives, kept, monkeypatch):
    monkeypatch.setattr("efi.http.hot_reads.WAITS", 0.05)
    shop.guest.get(PRODUCT)
    [key] = answers_of(kept)
    kept.delete(key)
    kept.set(key.replace(b"efi:answer:", b"efi:filling:"), "somebody who never comes back", px=60_000)
    answer, how = asked(shop, PRODUCT)
    assert (answer.status_code, how) == (200, ["miss"])
    assert answers_of(kept) == []


def answer(body=b"olives"):
    return Answer('"tag"', b"{}", body)


def shows(revision):
    return [(*DOCUMENT, revision)]


def test_an_answer_made_of_an_older_document_is_not_kept(kept):
    assert cache.look("k", TOKEN) == Miss(fills=True)
    cache.drop(shows(7))
    assert cache.fill("k", TOKEN, answer(), shows(6)) is False
    assert cache.look("k", TOKEN) == Miss(fills=True)
    assert cache.fill("k", TOKEN, answer(), shows(7)) is True
    assert cache.look("k", TOKEN) == answer()


def test_an_answer_is_outdated_by_a_newer_one_of_another_address(kept):
    for key, revision in (("slug", 6), ("sku", 7)):
        cache.look(key, TOKEN)
        cache.fill(key, TOKEN, answer(), shows(revision))
    assert cache.look("slug", TOKEN) == Miss(fills=True)


def test_of_answers_that_are_gone_nothing_stays(kept):
    for number in range(5):
        cache.look(f"k-{number}", TOKEN)
        assert cache.fill(f"k-{number}", TOKEN, answer(), shows(6), 0.2)
        eventually(lambda: not answers_of(kept))
    assert kept.zcard("efi:answers:product_catalog_1:olives") <= 2


def test_a_revision_never_goes_back(kept):
    cache.drop(shows(7))
    cache.drop(shows(6))
    assert cache.revisions(DOCUMENT[0], [DOCUMENT[1]]) == {DOCUMENT[1]: 7}


def test_any_number_of_threads_may_have_asked(kept):
    """Each has a connection of its own, and where threads end and begin, one more is made each time."""
    for number in range(120):
        with ThreadPoolExecutor(1) as alone:
            assert alone.submit(cache.look, f"page {number}", TOKEN).result() == Miss(fills=True)


def test_one_fills_at_a_time_and_whoever_is_not_the_one_fills_nothing(kept):
    assert (cache.look("k", "first"), cache.look("k", "second")) == (Miss(fills=True), Miss(fills=False))
    assert cache.fill("k", "second", answer(b"second"), shows(6)) is False
    cache.release("k", "second")
    assert cache.look("k", "second") == Miss(fills=False)
    cache.release("k", "first")
    assert cache.look("k", "second") == Miss(fills=True)
    assert cache.fill("k", "first", answer(b"first"), shows(6)) is False


def test_an_answer_whose_documents_revision_was_evicted_is_not_served(kept):
    cache.look("k", TOKEN)
    cache.fill("k", TOKEN, answer(), shows(6))
    kept.delete(*kept.keys("efi:revision:*"))
    assert cache.look("k", TOKEN) == Miss(fills=True)


def test_who_began_to_fill_before_redis_was_emptied_fills_nothing(kept):
    cache.look("k", TOKEN)
    kept.flushall()
    assert cache.fill("k", TOKEN, answer(), shows(1)) is False


@pytest.mark.parametrize("patience", [PATIENCE])
def test_what_a_frozen_redis_is_told_too_late_is_not_kept(kept, redis_server, monkeypatch):
    monkeypatch.setattr(cache, "FILLING", 0.05)
    cache.look("k", TOKEN)
    redis_server.freeze()
    with pytest.raises(cache.Away):
        cache.fill("k", TOKEN, answer(), shows(1))
    redis_server.thaw()
    assert eventually(kept.ping)
    assert answers_of(kept) == []


class Outage:
    """Redis goes away, and comes back."""

    def __init__(self, server, go, back):
        self.server, self._go, self._back = server, go, back

    def __enter__(self):
        self._go(self.server)

    def __exit__(self, *_):
        self._back(self.server)


def killed(server):
    return Outage(server, lambda one: one.kill(), lambda one: one.start())


def frozen(server):
    return Outage(server, lambda one: one.freeze(), lambda one: one.thaw())


def emptied_meanwhile(server):
    def empty(one):
        with redis.Redis.from_url(one.uri) as client:
            client.flushall()

    return Outage(server, empty, empty)


OUTAGES = pytest.mark.parametrize(
    ("outage", "patience"), [(one, PATIENCE) for one in (killed, frozen, emptied_meanwhile)]
)


@pytest.mark.alone
@OUTAGES
def test_without_redis_everything_is_answered_right_and_soon(shop, olives, redis_server, outage):
    for address in KEPT:
        shop.guest.get(address)
    with outage(redis_server):
        new_price(olives, "9.00")
        rung(f"product:{olives}")
        begun = time.monotonic()
        for _ in range(5):
            for address in KEPT:
                assert shop.guest.get(address).status_code == 200
            assert price(shop) == "9.00"
        assert shop.guest.get("products?q=olives").status_code == 200
        assert (
            shop.maria.give(
                "change_price", {"product_id": str(olives), "price": {"amount": "9.10"}, "reason": "crop"}
            ).status_code
            == 200
        )
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("patience", [PATIENCE])
def test_a_redis_that_did_not_hear_of_news_is_told_again(shop, olives, redis_server):
    assert price(shop) == "8.50"
    with frozen(redis_server):
        new_price(olives, "9.00")
        rung(f"product:{olives}")
    eventually(lambda: price(shop) == "9.00")
    eventually(lambda: asked(shop, PRODUCT)[1] == ["hit"])


@OUTAGES
def test_after_an_outage_nothing_older_than_the_bound_is_served(shop, olives, redis_server, outage, monkeypatch):
    monkeypatch.setattr(cache_invalidation, "MOST_WAITING", 0)
    monkeypatch.setattr(cache, "BOUND", 0.5)
    monkeypatch.setattr(cache, "BREAKER", Breaker("redis", rest=0.1))
    assert price(shop) == "8.50"
    with outage(redis_server):
        new_price(olives, "9.00")
        rung(f"product:{olives}")
    eventually(lambda: price(shop) == "9.00")
    eventually(lambda: asked(shop, PRODUCT)[1] == ["hit"])
    assert price(shop) == "9.00"
