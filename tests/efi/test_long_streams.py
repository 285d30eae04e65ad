"""A stream that is too long to be folded at once: it is read in passes, and holds up no other."""

import logging

import pytest
from pymongo.errors import NetworkTimeout, OperationFailure

from efi.delivery import relay
from efi.log import event_store
from efi.reading import catching_up, failures
from efi.reading.catching_up import NEWEST, catch_up, retry
from efi.reading.generations import build_missing, live, pointers
from efi.running import startup
from efi.running.embedded import CannotStart
from tavern.events import KegTasted
from tests.efi import audit
from tests.given import elsewhere, identity, say
from tests.tavern.bar import keg, tasting
from tests.tavern.labels import OPINIONS, STARS, TAGS, TASTINGS

pytestmark = pytest.mark.usefixtures("tagged")
SHAPES = pytest.mark.parametrize("model", [TAGS, OPINIONS, TASTINGS, STARS], ids=lambda model: type(model).__name__)
GUESTS, A_PASS = 12, 5


@pytest.fixture(autouse=True)
def short_passes(monkeypatch):
    monkeypatch.setattr(catching_up, "A_PASS", A_PASS)


def tasted(name, guests):
    keg_id = keg(name)
    for number in range(guests):
        say(tasting(keg_id, identity(f"guest {number}"), stars=4))
    return f"tasting:{keg_id}"


@pytest.fixture
def stout():
    """Twelve guests have tasted it, each in a commit of their own."""
    return tasted("Stout", GUESTS)


@pytest.fixture
def porter():
    """Two guests have tasted it."""
    return tasted("Porter", 2)


def fact(model, stream):
    return live(model.name).facts.find_one({"_id": stream.partition(":")[2]})


def seen(model, stream):
    return fact(model, stream)["_seen"]["tasting"]


@pytest.fixture
def refusing(monkeypatch):
    """Returns a function by which MongoDB refuses what it is given of some commits, with an error of its own."""

    def refuse(when, code, error=None):
        def refusing_some(name):
            write = getattr(catching_up, name)

            def written(generation, folded, *rest):
                if when([raw for one in folded for raw in one.news]):
                    raise error or OperationFailure("it is more than can be taken " + "x" * 100_000, code)
                return write(generation, folded, *rest)

            monkeypatch.setattr(catching_up, name, written)

        refusing_some("_write_documents")
        refusing_some("_write_facts")

    return refuse


@SHAPES
class TestALongStream:
    def test_is_folded_in_passes_each_of_which_writes_how_far_it_came(self, model, stout):
        catch_up(live(model.name), {stout: GUESTS})
        assert (seen(model, stout), fact(model, stout)["_rev"]) == (GUESTS, 3)
        relay.sweep()
        audit.the_documents_agree()

    def test_is_folded_by_whole_commits(self, model, stout):
        keg_id = keg("Ale")
        many = [KegTasted(keg_id=keg_id, guest_id=identity(f"guest {number}"), stars=1) for number in range(8)]
        ale = f"tasting:{keg_id}"
        elsewhere(ale, *many)
        elsewhere(ale, *many)
        catch_up(live(model.name), {ale: 16})
        assert (seen(model, ale), fact(model, ale)["_rev"]) == (16, 2)

    def test_lets_those_beside_it_come_first(self, model, stout, porter, monkeypatch):
        written, once = [], catching_up._once

        def told(*args):
            done = once(*args)
            written.append([(fact(model, one) or {"_seen": {}})["_seen"].get("tasting", 0) for one in (stout, porter)])
            return done

        monkeypatch.setattr(catching_up, "_once", told)
        catch_up(live(model.name), {stout: NEWEST, porter: NEWEST})
        assert written[0] == [2, 2]
        assert written[-1] == [GUESTS, 2]

    def test_that_the_store_cannot_take_at_once_is_taken_in_smaller_passes(self, model, stout, porter, refusing):
        refusing(lambda commits: len(commits) > 1, 388)
        catch_up(live(model.name), {stout: GUESTS, porter: 2})
        assert [seen(model, one) for one in (stout, porter)] == [GUESTS, 2]
        assert failures.count(live(model.name).name) == 0
        relay.sweep()
        audit.the_documents_agree()

    def test_for_which_the_store_takes_too_long_is_taken_in_smaller_passes(self, model, stout, refusing, monkeypatch):
        monkeypatch.setattr(catching_up, "A_FEW", 2)
        refusing(lambda commits: len(commits) > 2, None, NetworkTimeout("timed out"))
        catch_up(live(model.name), {stout: GUESTS})
        assert seen(model, stout) == GUESTS

    def test_is_waited_for_where_the_store_takes_too_long_for_a_few(self, model, stout, refusing, monkeypatch):
        monkeypatch.setattr(catching_up, "A_FEW", 2)
        refusing(bool, None, NetworkTimeout("timed out"))
        with pytest.raises(NetworkTimeout):
            catch_up(live(model.name), {stout: GUESTS})
        assert failures.count(live(model.name).name) == 0

    @pytest.mark.parametrize("code", [388, 290, 10334])
    def test_of_which_the_store_cannot_take_one_commit_stands_there_and_holds_up_no_other(
        self, model, stout, porter, refusing, code, caplog
    ):
        refusing(lambda commits: any(raw["stream"] == stout and raw["version"] == 7 for raw in commits), code)
        catch_up(live(model.name), {stout: GUESTS, porter: 2})
        assert [seen(model, one) for one in (stout, porter)] == [6, 2]
        assert fact(model, stout)["_failed"] == {"tasting": 7}
        assert [(one["stream"], one["version"], one["tries"]) for one in failures.of(live(model.name).name)] == [
            (stout, 7, 1)
        ]
        assert max(len(record.getMessage()) + len(record.exc_text or "") for record in caplog.records) < 2_000

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (None, "CannotBeKept('OperationFailure: it is more"),
            (ZeroDivisionError("no guests"), "ZeroDivisionError('no guests')"),
            (ValueError("redis://:olives@db.example"), "ValueError('redis://db.example')"),
        ],
    )
    def test_says_of_a_commit_whether_the_store_refuses_it_or_a_defect_does(
        self, model, stout, porter, refusing, error, told
    ):
        refusing(lambda commits: any(raw["stream"] == stout and raw["version"] == 7 for raw in commits), 10334, error)
        catch_up(live(model.name), {stout: GUESTS, porter: 2})
        [noted] = failures.of(live(model.name).name)
        assert (noted["version"], noted["error"][: len(told)]) == (7, told)
        assert [seen(model, one) for one in (stout, porter)] == [6, 2]

    def test_goes_on_once_the_store_takes_what_it_refused(self, model, stout, refusing, monkeypatch):
        with monkeypatch.context():
            refusing(lambda commits: any(raw["version"] == 7 for raw in commits), 388)
            catch_up(live(model.name), {stout: GUESTS})
        monkeypatch.undo()
        retry(live(model.name), [stout])
        assert (seen(model, stout), "_failed" in fact(model, stout)) == (GUESTS, False)
        assert failures.count(live(model.name).name) == 0


def test_the_start_says_in_a_line_which_read_model_of_which_stream_cannot_be_built(stout, refusing, caplog):
    refusing(lambda commits: any(raw["version"] == 7 for raw in commits), 388)
    pointers().delete_many({"_id": OPINIONS.name})
    caplog.set_level(logging.ERROR, "efi.reading.generations")
    build_missing()
    [line] = [record for record in caplog.records if record.name == "efi.reading.generations"]
    assert line.getMessage().startswith(f"opinions cannot be built of {stout} from version 7 on: CannotBeKept")
    assert line.exc_info is None


def test_a_start_whose_store_takes_nothing_ends_with_a_line_that_names_the_read_model(stout, refusing):
    refusing(bool, 13)
    pointers().delete_many({"_id": OPINIONS.name})
    with pytest.raises(CannotStart) as ended:
        startup._build_missing()
    assert str(ended.value).startswith("efi: the read model opinions cannot be built: OperationFailure: it is more")
    assert len(str(ended.value).splitlines()) == 1
    assert len(str(ended.value)) < 500


def test_some_of_what_is_unseen_is_an_equal_share_of_each_stream(stout, porter):
    some, cut = event_store.read_some({stout: 2, porter: 0, "tasting:none": 0}, 9)
    assert {stream: [raw["version"] for raw in raws] for stream, raws in some.items()} == {
        stout: [3, 4, 5],
        porter: [1, 2],
    }
    assert cut == {stout}


def test_all_that_is_unseen_is_read_where_it_is_no_more_than_asked_for(stout, porter):
    some, cut = event_store.read_some({stout: 2, porter: 0}, 12)
    assert (sum(map(len, some.values())), cut) == (12, set())
