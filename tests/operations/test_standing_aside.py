"""A stream that fails three times stands aside, alone, until its fold is mended and somebody retries it."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pymongo.errors import OperationFailure

from efi.delivery import relay
from efi.log import event_store
from efi.operations import standing_aside
from efi.reading import catching_up, failures, followers, freshness, generations
from efi.reading.catching_up import NEWEST, catch_up
from efi.reading.followers import Follower, Outage
from efi.reading.generations import live
from efi.reading.projections import READ_MODELS
from tests.efi import audit
from tests.efi.bells import relay_until, settled
from tests.given import elsewhere, say
from tests.tavern.bar import ADA, BEN, keg, repricing, stout_repriced, tasting
from tests.tavern.labels import OPINIONS, STARS, TAGS, TASTINGS, UNREADABLE

pytestmark = pytest.mark.usefixtures("tagged")
OF_TASTINGS = pytest.mark.parametrize("model", [OPINIONS, TASTINGS, STARS], ids=lambda model: type(model).__name__)


def tag(keg_id):
    return live(TAGS.name).documents.find_one({"_id": str(keg_id)})


def note(stream, model=TAGS):
    return failures.failures().find_one({"_id": f"{live(model.name).name} {stream}"})


def swept(times=failures.TRIES):
    for _ in range(times):
        relay.sweep()


def run(*arguments):
    out = StringIO()
    try:
        call_command("quarantine", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


@pytest.fixture
def stout():
    """Its second price cannot be read, the first and the third can."""
    UNREADABLE.add("9.00")
    keg_id = keg(price="8.50")
    for price in ("9.00", "10.00"):
        say(repricing(keg_id, price))
    return keg_id


class TestAStreamThatFails:
    def test_stands_aside_after_three_tries(self, stout):
        stands_aside = []
        for _ in range(failures.TRIES):
            relay.sweep()
            stands_aside.append(note(f"keg:{stout}")["quarantined"])
        assert stands_aside == [False, False, True]

    def test_keeps_what_was_folded_before_and_says_that_it_failed(self, stout):
        swept()
        assert (tag(stout)["price"], tag(stout)["_failed"]) == ("8.50", {"keg": 2})

    def test_is_kept_with_its_error_its_traceback_and_the_version_of_the_fold(self, stout):
        swept()
        kept = note(f"keg:{stout}")
        assert (kept["read_model"], kept["version"], kept["fold_version"], kept["tries"]) == ("tags", 2, 1, 3)
        assert kept["error"] == "Unreadable('9.00')"
        assert "in price_tag" in kept["traceback"]
        assert kept["since"] <= kept["at"]

    def test_is_neither_folded_nor_logged_by_bells_and_sweeps_that_come_later(self, stout, caplog):
        swept()
        before, kept = tag(stout), note(f"keg:{stout}")
        caplog.clear()
        swept()
        catch_up(live(TAGS.name), {f"keg:{stout}": NEWEST})
        assert "cannot fold" not in caplog.text
        assert (tag(stout), note(f"keg:{stout}")) == (before, kept)

    def test_stands_aside_with_what_came_after_and_with_what_is_yet_to_come(self, stout):
        swept()
        say(repricing(stout, "11.00"))
        relay.sweep()
        assert (tag(stout)["price"], tag(stout)["_seen"]) == ("8.50", {"keg": 1})

    def test_keeps_no_other_stream_of_its_document_waiting(self, stout):
        swept()
        say(tasting(stout))
        relay.sweep()
        assert (tag(stout)["stars"], tag(stout)["_failed"]) == (5, {"keg": 2})

    def test_is_rung_with_others_that_go_on(self, stout):
        swept()
        porter = keg("Porter", price="3.00")
        say(repricing(stout, "11.00"))
        catch_up(live(TAGS.name), {f"keg:{stout}": 4, f"keg:{porter}": 1})
        assert tag(porter)["price"] == "3.00"

    def test_does_not_hold_back_how_fresh_all_others_are(self, stout):
        swept()
        relay_until(settled(keg("Porter"), 1))
        elsewhere(f"keg:{stout}", stout_repriced("10.00", "10.50"))
        recorded = max(commit.recorded_at for commit in audit.whole_log())
        relay_until(lambda: freshness.read([live(TAGS.name).name]).as_of >= recorded)
        assert note(f"keg:{stout}")["tries"] == failures.TRIES

    def test_counts_one_try_for_a_bell_however_often_that_looks(self, stout, monkeypatch):
        porter = keg("Porter", price="9.00")
        catch_up(live(TAGS.name), {f"keg:{stout}": 3, f"keg:{porter}": 1})
        assert [note(f"keg:{one}")["tries"] for one in (stout, porter)] == [1, 1]

    def test_counts_one_try_for_a_bell_that_is_split(self, stout, monkeypatch):
        def contended(generation, bells, care):
            if len(bells) > 1:
                once(generation, bells, care)
                raise OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})
            return once(generation, bells, care)

        once, porter = catching_up._once, keg("Porter")
        monkeypatch.setattr(catching_up, "_once", contended)
        catch_up(live(TAGS.name), {f"keg:{stout}": 3, f"keg:{porter}": 1})
        assert note(f"keg:{stout}")["tries"] == 1

    def test_counts_anew_where_it_fails_on_another_commit(self, stout):
        swept(2)
        UNREADABLE.remove("9.00")
        UNREADABLE.add("10.00")
        relay.sweep()
        assert (note(f"keg:{stout}")["version"], note(f"keg:{stout}")["tries"]) == (3, 1)

    def test_costs_streams_that_do_not_fail_no_look(self, monkeypatch):
        porter = keg("Porter")
        monkeypatch.setattr(failures, "aside", lambda *args: pytest.fail("looked"))
        relay.sweep()
        assert tag(porter)


@OF_TASTINGS
class TestAPoisonedEvent:
    """The second of two guests cannot be read by facts' folds, whatever their shape."""

    @pytest.fixture
    def stout(self):
        UNREADABLE.add(str(BEN))
        keg_id = keg()
        for guest_id in (ADA, BEN):
            say(tasting(keg_id, guest_id))
        return keg_id

    def test_stops_its_own_stream_alone(self, stout, model):
        swept()
        say(tasting(keg("Porter"), stars=4))
        relay.sweep()
        assert note(f"tasting:{stout}", model)["quarantined"]
        assert live(model.name).documents.count_documents({}) == 2
        assert live(model.name).facts.count_documents({"_failed": {"$exists": True}}) == 1

    def test_is_right_once_the_fold_is_mended_and_it_is_retried(self, stout, model):
        swept()
        UNREADABLE.clear()
        relay.sweep()
        assert note(f"tasting:{stout}", model)["quarantined"]
        retried = standing_aside.retry(standing_aside.notes())
        assert {one.error for one in retried} == {""}
        assert standing_aside.notes() == []
        audit.the_documents_agree()


class TestAnotherTry:
    def test_makes_all_right_once_the_fold_is_mended(self, stout):
        swept()
        revision = tag(stout)["_rev"]
        UNREADABLE.clear()
        assert run("retry", "--all") == (f"tags/keg:{stout}: right again\n", 0)
        assert (tag(stout)["price"], tag(stout)["_rev"], "_failed" in tag(stout)) == ("10.00", revision + 1, False)
        assert note(f"keg:{stout}") is None
        audit.the_documents_agree()

    def test_that_fails_leaves_it_aside(self, stout):
        swept()
        said, code = run("retry", "--all")
        assert code == 1
        assert f"tags/keg:{stout}: fails again: Unreadable('9.00')" in said
        relay.sweep()
        assert (note(f"keg:{stout}")["tries"], note(f"keg:{stout}")["quarantined"]) == (4, True)

    @pytest.mark.parametrize("name", ["tags/keg:{}", "keg:{}", "tags"])
    def test_is_had_by_name(self, stout, name):
        porter = keg("Porter")
        say(repricing(porter, "9.00"))
        swept()
        UNREADABLE.clear()
        assert run("retry", name.format(stout))[1] == 0
        assert tag(stout)["price"] == "10.00"
        assert (note(f"keg:{porter}") is None) == (name == "tags")

    def test_tells_who_keeps_copies_of_the_document(self, stout, monkeypatch):
        told, rung = [], []
        monkeypatch.setattr(followers, "AFTER", [lambda generation, identities: told.append(set(identities))])
        copies = Follower(name=f"search_{live(TAGS.name).name}", kinds=("keg",), answer=rung.append)
        monkeypatch.setattr(followers, "FOLLOWERS", [lambda: [copies]])
        swept()
        told.clear()
        UNREADABLE.clear()
        standing_aside.retry(standing_aside.notes())
        assert told == [{str(stout)}]
        assert [list(bells) for bells in rung][-1] == [f"keg:{stout}"]

    def test_is_done_though_who_keeps_copies_is_away(self, stout, monkeypatch, caplog):
        def away(bells):
            raise Outage("no index answers")

        swept()
        copies = Follower(name=f"search_{live(TAGS.name).name}", kinds=("keg",), answer=away)
        monkeypatch.setattr(followers, "FOLLOWERS", [lambda: [copies]])
        UNREADABLE.clear()
        assert run("retry", "--all")[1] == 0
        assert "no index answers" in caplog.text

    def test_of_what_has_passed_long_since_takes_its_note_away(self):
        porter = keg("Porter")
        relay.sweep()
        for _ in range(failures.TRIES):
            failures.note(live(TAGS.name), f"keg:{porter}", 1, ValueError("spilt"))
        assert run("retry", "--all")[1] == 0
        assert standing_aside.notes() == []


class TestANewVersionOfTheFold:
    @pytest.fixture
    def deployed(self, stout):
        """What stood aside in the old one stays with it."""
        swept()
        READ_MODELS[TAGS.name] = replace(TAGS, version=2)
        generations.forget()
        return stout

    def test_is_retried_by_itself(self, deployed):
        UNREADABLE.clear()
        generations.build_missing()
        assert tag(deployed)["price"] == "10.00"
        assert standing_aside.notes() == []
        audit.the_documents_agree()

    def test_begins_to_count_anew_where_it_fails_too(self, deployed):
        generations.build_missing()
        kept = note(f"keg:{deployed}")
        assert (kept["fold_version"], kept["quarantined"]) == (2, False)
        assert standing_aside.notes() == []


class TestTheCommand:
    def test_lists_what_stands_aside_and_on_which_event(self, stout):
        swept()
        said, code = run()
        assert code == 0
        assert said.startswith(f"tags/keg:{stout} since 20")
        assert "3 tries: version 2, tavern.KegRepriced: Unreadable('9.00')" in said
        assert run("list") == (said, 0)

    def test_says_so_where_nothing_does(self):
        assert run() == ("nothing is in quarantine\n", 0)
        assert run("retry", "--all") == ("", 0)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("retry", "cider"), "nothing called cider is in quarantine"),
            (("retry",), "name what to retry, or say --all"),
            (("retry", "tags", "--all"), "name what to retry, or say --all"),
            (("list", "tags"), "list takes no names"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, arguments, said):
        answer, code = run(*arguments)
        assert (said in answer, code) == (True, 2)

    def test_lists_what_the_log_holds_no_more(self, stout):
        swept()
        event_store.commits().delete_one({"stream": f"keg:{stout}", "version": 2})
        assert "which the log holds no more" in run()[0]
