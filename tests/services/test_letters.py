"""Letters through a real RabbitMQ: every event, none before its turn, and none lost whatever ends meanwhile."""

import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, local

import pytest
from django.conf import settings as live
from kombu import Connection

from catalog.events import PriceChanged, ProductDeactivated
from efi.delivery import broker, heartbeat, letters, publishing
from efi.log import event_store
from efi.reading import followers
from efi.reading.catching_up import NEWEST, ReadLess
from efi.reading.followers import Outage
from efi.writing.repository import memory
from tests.catalog.catalogue import category, product, repricing, supplier
from tests.catalog.larder import OLIVES
from tests.given import NOW, bbd, elsewhere, say
from tests.services.letterbox import EVENTS, Letterbox
from tests.services.program import ROOT, eventually

pytestmark = pytest.mark.usefixtures("post")
PRODUCT = f"product:{OLIVES}"
DIES = """
import os, signal, django
django.setup()
from efi.delivery import letters, publishing
taken = publishing.Publisher.{moment}
def dies(self, *rest):
    {first}
    os.kill(os.getpid(), signal.SIGKILL)
publishing.Publisher.{moment} = dies
letters.answer({bells})
"""


@pytest.fixture
def post(store, settings, rabbitmq, monkeypatch):
    """An empty log, and nothing sent yet."""
    settings.BROKER_URL = rabbitmq.uri
    monkeypatch.setattr(publishing, "_idle", local())
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def box(rabbitmq):
    """Takes everything."""
    return Letterbox(rabbitmq.uri, "everything", "#")


def follower():
    [found] = letters.letters()
    return found


def sweep():
    followers.sweep(follower())


def in_the_log():
    """The ids of all events, by stream."""
    ids = defaultdict(list)
    for raw in event_store.commits().find().sort(event_store.IN_ORDER):
        kind = raw["stream"].partition(":")[0]
        if kind != "heartbeat":
            ids[raw["stream"]] += [f"{raw['stream']}/{raw['version'] + place}" for place in range(raw["count"])]
    return ids


def by_stream(told):
    """As they came for the first time."""
    ids = defaultdict(list)
    for letter in told:
        if letter["id"] not in ids[letter["subject"]]:
            ids[letter["subject"]].append(letter["id"])
    return ids


def position(stream=PRODUCT):
    found = letters.POSITIONS.documents.find_one({"_id": stream})
    return found and found["seen"]


def price(amount):
    return PriceChanged(product_id=OLIVES, old_price=bbd("8.50"), price=bbd(amount), reason="new crop")


def reprice(product_ids, rounds):
    for amount in range(rounds):
        for product_id in product_ids:
            say(repricing(product_id, f"8.{amount % 100:02}"))


class TestWhatIsSent:
    def test_every_event_is_sent_once_in_the_order_of_its_stream(self, box):
        reprice([product("OLI-1"), product("OLI-2")], 5)
        supplier()
        sweep()
        sweep()
        told = box.letters()
        assert by_stream(told) == in_the_log()
        assert len(told) == len({letter["id"] for letter in told})

    def test_more_than_one_batch_is_sent_in_order(self, box, monkeypatch):
        monkeypatch.setattr(letters, "MOST_EVENTS", 3)
        elsewhere(PRODUCT, *[price("9.00")] * 7)
        elsewhere(PRODUCT, price("9.10"))
        elsewhere(PRODUCT, price("9.20"))
        sweep()
        assert box.ids() == [f"{PRODUCT}/{version}" for version in range(1, 10)]

    def test_a_bell_sends_what_it_names_and_what_is_there_beyond(self, box):
        elsewhere(PRODUCT, price("9.00"))
        elsewhere(PRODUCT, price("9.10"))
        elsewhere("product:other", price("9.00"))
        letters.answer({PRODUCT: 1})
        assert box.ids() == [f"{PRODUCT}/1", f"{PRODUCT}/2"]
        assert (position(), position("product:other")) == (2, None)

    def test_a_bell_without_news_sends_nothing(self, box):
        elsewhere(PRODUCT, price("9.00"))
        for bell in (1, 1, NEWEST):
            letters.answer({PRODUCT: bell})
        assert box.ids() == [f"{PRODUCT}/1"]

    def test_a_letter_is_as_the_file_says_and_survives_a_restart(self, box):
        elsewhere(PRODUCT, price("9.00"))
        sweep()
        box.letters()
        [message] = box.got
        assert message.content_type == "application/cloudevents+json"
        assert message.properties["delivery_mode"] == 2
        assert message.properties["message_id"] == f"{PRODUCT}/1"

    def test_a_queue_hears_what_it_is_bound_to(self, rabbitmq, box):
        prices = Letterbox(rabbitmq.uri, "prices", "catalog.PriceChanged", "catalog.PriceProposed")
        catalogue = Letterbox(rabbitmq.uri, "catalogue", "catalog.*")
        others = Letterbox(rabbitmq.uri, "others", "ordering.*")
        product_id = product()
        for amount in ("9.00", "30.00"):
            say(repricing(product_id, amount))
        sweep()
        assert [letter["type"] for letter in prices.letters()] == ["catalog.PriceChanged", "catalog.PriceProposed"]
        assert catalogue.ids() == box.ids()
        assert others.ids() == []

    def test_where_nobody_listens_a_letter_is_dropped_and_done(self):
        elsewhere(PRODUCT, price("9.00"))
        sweep()
        assert position() == 1

    def test_whom_to_ask_at_a_supplier_is_kept_from_others(self, box):
        supplier()
        sweep()
        [letter] = box.letters()
        assert (letter["data"]["name"], letter["data"]["contact"]) == ("Trattoria Levante", None)

    def test_whom_to_ask_at_a_supplier_is_told_if_it_may_be(self, box, settings):
        settings.EFI_LETTERS_PERSONAL = True
        supplier()
        sweep()
        assert box.letters()[0]["data"]["contact"] == "Ada"

    def test_the_heartbeat_is_nobodys_business(self, box):
        heartbeat.beat(NOW)
        sweep()
        assert box.letters() == []
        assert "heartbeat" not in follower().kinds

    def test_its_queue_hears_of_every_kind(self, rabbitmq):
        with Connection(rabbitmq.uri) as connection:
            queue = broker.queue_of(follower())(connection.default_channel)
            queue.declare()
            for kind in follower().kinds:
                queue.purge()
                connection.Producer().publish("", exchange="efi.bells", routing_key=f"letters.{kind}")
                assert eventually(queue.get), kind
            queue.delete()

    def test_without_a_broker_there_are_no_letters(self, settings):
        settings.BROKER_URL = ""
        assert list(letters.letters()) == []


class TestWhatCannotBeSent:
    def test_what_only_newer_code_knows_is_left_to_it_and_so_is_what_follows(self, box):
        elsewhere(PRODUCT, price("9.00"))
        elsewhere(PRODUCT, price("9.10"))
        elsewhere(PRODUCT, price("9.20"))
        elsewhere("product:other", price("9.00"))
        stored = event_store.commits()
        stored.update_one({"stream": PRODUCT, "version": 2}, {"$set": {"events.0.schema": 99}})
        letters.answer({PRODUCT: 3, "product:other": 1})
        assert box.ids() == [f"{PRODUCT}/1", "product:other/1"]
        assert position() == 1
        stored.update_one({"stream": PRODUCT, "version": 2}, {"$set": {"events.0.schema": 3}})
        sweep()
        assert box.ids()[2:] == [f"{PRODUCT}/2", f"{PRODUCT}/3"]

    def test_an_event_that_cannot_be_read_stops_its_own_stream_alone_and_is_logged(self, box, caplog):
        elsewhere(PRODUCT, price("9.00"))
        elsewhere("product:other", price("9.00"))
        event_store.commits().update_one({"stream": PRODUCT}, {"$set": {"events.0.data.price": "poison"}})
        sweep()
        assert box.ids() == ["product:other/1"]
        assert position() is None
        assert f"the letters of {PRODUCT} stop before version 1" in caplog.text

    def test_a_bell_ahead_of_what_the_log_shows_is_to_be_answered_again(self, box):
        elsewhere(PRODUCT, price("9.00"))
        with pytest.raises(ReadLess):
            letters.answer({PRODUCT: 2})
        assert box.ids() == [f"{PRODUCT}/1"]


class TestOutages:
    def test_a_position_is_raised_only_when_the_broker_has_confirmed(self, box, rabbitmq, monkeypatch):
        monkeypatch.setattr(publishing, "TIMEOUT", 0.5)
        elsewhere(PRODUCT, price("9.00"))
        letters.answer({PRODUCT: 1})
        elsewhere(PRODUCT, price("9.10"))
        rabbitmq.freeze()
        try:
            with pytest.raises(Outage):
                letters.answer({PRODUCT: 2})
            assert position() == 1
        finally:
            rabbitmq.thaw()
        eventually(lambda: not raises_outage({PRODUCT: 2}))
        assert (position(), by_stream(box.letters())) == (2, in_the_log())

    def test_a_queue_that_is_full_and_says_so_is_waited_for(self, rabbitmq):
        full = Letterbox(rabbitmq.uri, "full", "#", **{"x-max-length": 1, "x-overflow": "reject-publish"})
        elsewhere(PRODUCT, *[price("9.00")] * 20)
        with pytest.raises(Outage):
            sweep()
        assert position() is None
        full.remove()
        sweep()
        assert position() == 20

    def test_a_broker_that_has_lost_the_exchange_is_given_it_again(self, rabbitmq):
        elsewhere(PRODUCT, price("9.00"))
        sweep()
        with Connection(rabbitmq.uri) as connection:
            EVENTS(connection.default_channel).delete()
        elsewhere(PRODUCT, price("9.10"))
        assert raises_outage({PRODUCT: 2})
        sweep()
        assert position() == 2

    def test_a_broker_that_is_killed_and_started_again_under_way_costs_no_letter(self, box, rabbitmq):
        product_ids = [product("OLI-1"), product("OLI-2")]
        with sending(1), ThreadPoolExecutor(1) as threads:
            orders = threads.submit(reprice, product_ids, 60)
            eventually(box.ids)
            rabbitmq.kill()
            say(repricing(product_ids[0], "7.77"))
            rabbitmq.start()
            orders.result()
            everything = in_the_log()
            eventually(lambda: by_stream(box.letters()) == everything)
        assert len(everything[f"product:{product_ids[0]}"]) >= 60

    @pytest.mark.parametrize(
        ("moment", "first"), [("publish", "taken(self, *rest)"), ("_taken", "pass")], ids=["confirmed", "sent"]
    )
    def test_a_writer_that_is_killed_before_it_notes_where_it_is_leaves_doubles_and_no_gap(self, box, moment, first):
        elsewhere(PRODUCT, *[price("9.00")] * 20)
        assert killed(DIES.format(moment=moment, first=first, bells={PRODUCT: 20}))
        assert position() is None
        sweep()
        told = box.letters()
        assert by_stream(told) == in_the_log()
        assert len(told) > 20

    def test_what_a_relay_has_missed_is_found_by_the_sweep(self, box):
        elsewhere(PRODUCT, price("9.00"))
        letters.answer({PRODUCT: 1})
        elsewhere(PRODUCT, price("9.10"))
        category()
        sweep()
        assert by_stream(box.letters()) == in_the_log()

    def test_a_log_that_was_restored_and_is_shorter_tells_what_it_takes_in_next(self, box, settings):
        for amount in ("9.00", "9.10", "9.20"):
            elsewhere(PRODUCT, price(amount))
        sweep()
        event_store.commits().delete_many({"stream": PRODUCT, "version": {"$gt": 1}})
        letters.step_back()
        settings.EFI_LETTERS_SOURCE = "urn:efi:restored"
        elsewhere(PRODUCT, price("9.30"))
        sweep()
        *_, last = box.letters()
        assert (last["id"], last["source"]) == (f"{PRODUCT}/2", "urn:efi:restored")
        assert last["data"]["price"]["amount"] == "9.30"


class TestManyAtOnce:
    def test_no_letter_comes_before_the_one_before_it_however_many_send(self, box, monkeypatch):
        monkeypatch.setattr(letters, "MOST_EVENTS", 5)
        for _ in range(30):
            elsewhere(PRODUCT, price("9.00"), ProductDeactivated(product_id=OLIVES))
        together = Barrier(3)

        def send(_):
            together.wait()
            for version in range(6, 61, 6):
                letters.answer({PRODUCT: version})

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(send, range(3)))
        assert by_stream(box.letters()) == in_the_log()
        assert position() == 60

    def test_nothing_is_missed_while_commands_go_on(self, box):
        product_ids = [product("OLI-1"), product("OLI-2"), product("OLI-3")]
        with sending(2):
            reprice(product_ids, 40)
            everything = in_the_log()
            eventually(lambda: by_stream(box.letters()) == everything)


@contextmanager
def sending(writers):
    """So many at once, over and over."""
    stop = Event()
    with ThreadPoolExecutor(writers) as threads:
        sent = [threads.submit(keep_sending, stop) for _ in range(writers)]
        try:
            yield
        finally:
            stop.set()
        for one in sent:
            one.result()


def keep_sending(stop):
    while not stop.is_set():
        followers.patiently(sweep, stop)


def raises_outage(bells):
    try:
        letters.answer(bells)
    except Outage:
        return True
    return False


def killed(script):
    """Runs it in a process of its own, on the same log and broker. True: it died as it was to."""
    names = ("BROKER_URL", "MONGODB_URI", "MONGODB_NAME")
    here = os.environ | {name: getattr(live, name) for name in names}
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=here, capture_output=True, text=True)
    assert run.returncode == -9, run.stderr
    return True
