"""What has drifted is named, and healed, and nothing else is touched."""

import json
import time
from datetime import timedelta
from io import StringIO
from threading import Event, Thread
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from efi.delivery import relay
from efi.delivery.relay import Relay
from efi.delivery.schedule import JOBS
from efi.log import event_store, mongo
from efi.operations.verification import hourly_check
from efi.operations.verification.checks import documents as document_checks
from efi.operations.verification.checks import ranges
from efi.operations.verification.verify import verifications
from efi.reading import generations, mirrors, refolding
from efi.reading.followers import Outage
from efi.reading.generations import live
from efi.reading.mirrors import Mirror
from efi.writing.claims import claims, guards
from tests.efi import audit
from tests.given import NOW, say
from tests.tavern.bar import ADA, BEN, CY, keg, repricing, tasting
from tests.tavern.labels import OPINIONS, STARS, TAGS, TASTINGS, UNREADABLE, opinion_of

EVERYTHING = (TAGS.name, OPINIONS.name, TASTINGS.name, STARS.name, "log", "claims")


@pytest.fixture(autouse=True)
def tavern(tagged, monkeypatch):
    """Two kegs that two guests tasted each, read by all."""
    monkeypatch.setattr(document_checks, "CATCHES_UP_IN", 0.2)
    monkeypatch.setattr(document_checks, "LOOKS_EVERY", 0.02)
    for name, stars in (("Stout", 5), ("Porter", 4)):
        keg_id = keg(name, price="8.50")
        say(repricing(keg_id, "9.00"))
        for guest_id in (ADA, BEN):
            say(tasting(keg_id, guest_id, stars))
    relay.sweep()


@pytest.fixture
def stout():
    found = event_store.commits().find_one({"events.data.name": "Stout"})
    return found["stream"].partition(":")[2]


def run(*arguments):
    """What it says, and its exit code."""
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


def named(*arguments):
    """What differs, by check and by what."""
    said, _ = run(*arguments, "--json")
    told = json.loads(said[: said.rindex("}") + 1])
    return sorted({(one["check"], one["read_model"], one["what"]) for one in told["differences"]})


def everything():
    """All that a read model has, and the claims, by collection."""
    kept = [live(name).documents.name for name in EVERYTHING[:4]]
    kept += [live(name).facts.name for name in EVERYTHING[1:4]] + ["claims", "guards"]
    return {name: {one["_id"]: one for one in mongo.collection(name).find()} for name in kept}


def changed_since(before):
    after = everything()
    return {
        (name, key)
        for name in before
        for key in before[name].keys() | after[name].keys()
        if before[name].get(key) != after[name].get(key)
    }


def of_ada(stout):
    """The id of the row that says what she thinks of it."""
    return f"{stout} {opinion_of(ADA)}"


def set_in(collection, identity, **fields):
    assert collection.update_one({"_id": identity}, {"$set": fields}).matched_count


class TestWhatIsAsItShouldBe:
    @pytest.mark.parametrize("extent", [(), ("--all",), ("--sample", "1")], ids=["as it comes", "all", "sample"])
    def test_is_clean(self, extent):
        said, code = run(*extent)
        assert code == 0, said
        assert said.count("clean") == len(EVERYTHING)

    def test_is_left_as_it_is(self):
        before = everything()
        assert run("--all", "--heal")[1] == 0
        assert changed_since(before) == set()

    def test_is_told_by_how_much_was_looked_at(self):
        said, _ = run("log", "--all")
        assert f"{event_store.commits().count_documents({})} commits" in said

    def test_is_walked_over_several_times_where_there_is_more_than_memory_holds(self, monkeypatch):
        monkeypatch.setattr(ranges, "MOST_HELD", 1)
        assert run("--all")[1] == 0


class TestADocument:
    def spoil(self, stout):
        set_in(live(TAGS.name).documents, stout, price="1.00")

    def test_that_differs_is_named_with_what_is_stored_and_what_should_be(self, stout):
        self.spoil(stout)
        said, code = run(TAGS.name)
        assert code == 1
        assert f"documents: tags {stout}: price is '1.00', not '9.00'" in said

    def test_is_healed_at_a_higher_revision_and_nothing_else_is_touched(self, stout):
        before = everything()
        revision = before[live(TAGS.name).name][stout]["_rev"]
        self.spoil(stout)
        assert run("--heal")[1] == 0
        assert changed_since(before) == {(live(TAGS.name).name, stout)}
        assert live(TAGS.name).documents.find_one({"_id": stout})["_rev"] == revision + 1
        audit.the_documents_agree()

    def test_that_is_missing_is_named_and_made_again(self, stout):
        live(TAGS.name).documents.delete_one({"_id": stout})
        assert named() == [("heads", "tags", stout)]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_that_is_behind_is_named_and_caught_up(self, stout):
        say(repricing(UUID(stout), "9.50"))
        assert ("heads", "tags", stout) in named(TAGS.name)
        assert run(TAGS.name, "--heal")[1] == 0
        assert live(TAGS.name).documents.find_one({"_id": stout})["price"] == "9.50"

    def test_that_has_seen_more_than_the_log_holds_is_named_and_told_what_the_log_has(self, stout):
        event_store.commits().delete_one({"stream": f"keg:{stout}", "version": 2})
        assert ("ahead", "tags", stout) in named(TAGS.name)
        assert run(TAGS.name, "--heal")[1] == 0
        healed = live(TAGS.name).documents.find_one({"_id": stout})
        assert (healed["price"], healed["_seen"]["keg"]) == ("8.50", 1)

    def test_that_the_log_knows_nothing_of_leaves_a_tombstone(self):
        live(TAGS.name).documents.insert_one({"_id": "ghost", "_seen": {"keg": 3}, "_rev": 7, "price": "1.00"})
        assert named(TAGS.name) == [("ahead", "tags", "ghost"), ("documents", "tags", "ghost")]
        assert run(TAGS.name, "--heal")[1] == 0
        assert live(TAGS.name).documents.find_one({"_id": "ghost"}) == {"_id": "ghost", "_seen": {}, "_rev": 8}

    def test_that_somebody_writes_meanwhile_is_not_overwritten(self, stout, monkeypatch):
        self.spoil(stout)
        replace = refolding._written

        def overtaken(generation, stored, *rest):
            monkeypatch.setattr(refolding, "_written", replace)
            generation.documents.update_one({"_id": stout}, {"$inc": {"_rev": 1}})
            return replace(generation, stored, *rest)

        monkeypatch.setattr(refolding, "_written", overtaken)
        assert run(TAGS.name, "--heal")[1] == 0
        audit.the_documents_agree()

    def test_whose_fold_fails_is_named_and_left_to_the_quarantine(self, stout):
        UNREADABLE.add("9.50")
        say(repricing(UUID(stout), "9.50"))
        relay.sweep()
        said, code = run(TAGS.name, "--heal")
        assert code == 1
        assert f"failing: tags {stout}: has seen 2 of keg:{stout}, which is at 3" in said
        assert verifications().find_one({"_id": TAGS.name})["drift"] == 0


class TestRowsAndTheirFact:
    def row(self, stout):
        return live(OPINIONS.name).documents.find_one({"_id": of_ada(stout)})

    def test_a_row_that_differs_is_named_and_healed_alone(self, stout):
        before = everything()
        set_in(live(OPINIONS.name).documents, of_ada(stout), stars=99)
        assert named() == [("rows", "opinions", of_ada(stout))]
        assert run("--heal")[1] == 0
        opinions = live(OPINIONS.name)
        assert changed_since(before) == {
            (opinions.documents.name, of_ada(stout)),
            (opinions.facts.name, stout),
        }
        assert self.row(stout)["_rev"] == before[opinions.facts.name][stout]["_rev"] + 1
        audit.the_documents_agree()

    def test_a_row_that_is_missing_is_made_again(self, stout):
        live(OPINIONS.name).documents.delete_one({"_id": of_ada(stout)})
        assert named() == [("rows", "opinions", of_ada(stout))]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_a_row_that_no_fact_yields_is_removed(self, stout):
        live(OPINIONS.name).documents.insert_one({**self.row(stout), "_id": "nobody's"})
        assert named() == [("rows", "opinions", "nobody's")]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_a_fact_that_differs_is_healed_with_its_rows(self, stout):
        opinions = live(OPINIONS.name)
        set_in(opinions.facts, stout, guests={str(CY): 1})
        opinions.documents.delete_many({"_id": {"$regex": f"^{stout}"}})
        opinions.documents.insert_one({"_id": f"{stout} {opinion_of(CY)}", "stars": 1, "_rev": 1, "_updated_at": NOW})
        assert named() == [("documents", "opinions", stout)]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()


class TestAJournal:
    def test_a_row_that_differs_or_is_missing_is_healed_alone(self, stout):
        before = everything()
        tastings = live(TASTINGS.name)
        set_in(tastings.documents, f"{stout}:1", guest="nobody")
        tastings.documents.delete_one({"_id": f"{stout}:2"})
        assert named() == [("rows", "tastings", f"{stout}:1"), ("rows", "tastings", f"{stout}:2")]
        assert run("--heal")[1] == 0
        changed = {(tastings.documents.name, f"{stout}:{n}") for n in (1, 2)}
        assert changed_since(before) == {*changed, (tastings.facts.name, stout)}
        audit.the_documents_agree()

    def test_a_row_that_no_stream_has_added_is_found_among_all(self):
        row = live(TASTINGS.name).documents.find_one()
        live(TASTINGS.name).documents.insert_one({**row, "_id": "nobody's"})
        assert named("--all") == [("rows", "tastings", "nobody's")]
        assert run("--all", "--heal")[1] == 0
        audit.the_documents_agree()


class TestATally:
    def test_that_is_not_the_sum_of_its_facts_is_healed_alone(self, stout):
        before = everything()
        stars = live(STARS.name)
        tally = stars.documents.find_one()
        stars.documents.update_one({"_id": tally["_id"]}, {"$inc": {"stars": 50}})
        assert named() == [("tallies", "stars", tally["_id"])]
        assert run("--heal")[1] == 0
        assert changed_since(before) == {(stars.documents.name, tally["_id"])}
        assert stars.documents.find_one({"_id": tally["_id"]}) == {**tally, "_rev": tally["_rev"] + 1}

    def test_that_is_missing_is_made_again(self):
        stars = live(STARS.name)
        tally = stars.documents.find_one_and_delete({})
        assert named() == [("tallies", "stars", tally["_id"])]
        assert run("--heal")[1] == 0
        assert stars.documents.find_one({"_id": tally["_id"]}) == {**tally, "_rev": 1}

    def test_that_nothing_adds_to_stands_at_nought(self):
        stars = live(STARS.name)
        moment = stars.documents.find_one()["_updated_at"]
        stars.documents.insert_one({"_id": "nobody", "stars": 3, "guests": 1, "_rev": 4, "_updated_at": moment})
        assert named() == [("tallies", "stars", "nobody")]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_of_a_fact_that_differs_is_led_over_with_it(self, stout):
        stars = live(STARS.name)
        guests = stars.facts.find_one({"_id": stout})["guests"]
        set_in(stars.facts, stout, guests={**guests, str(CY): 5})
        stars.documents.update_one({"_id": "5"}, {"$inc": {"stars": 5, "guests": 1}})
        assert named() == [("documents", "stars", stout)]
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_of_a_fact_that_differs_alone_is_right_again_too(self, stout):
        stars = live(STARS.name)
        set_in(stars.facts, stout, guests={})
        assert run("--heal")[1] == 0
        audit.the_documents_agree()

    def test_of_a_fact_that_nothing_can_be_made_of_is_right_again_too(self, stout):
        set_in(live(STARS.name).facts, stout, guests={str(ADA): "five"})
        assert run("--heal")[1] == 0
        audit.the_documents_agree()


class TestClaimsAndGuards:
    def test_a_claim_that_is_missing_is_named_and_taken_again(self):
        before = everything()
        claims().delete_one({"_id": "keg:Stout"})
        assert named() == [("claims", "", "keg:Stout")]
        assert run("--heal")[1] == 0
        assert changed_since(before) == set()

    def test_a_claim_that_nothing_has_taken_needs_a_person(self, stout):
        claims().insert_one({"_id": "keg:Ghost", "command_id": event_store.commits().find_one()["command_id"]})
        said, code = run("claims", "--heal")
        assert code == 1
        assert "claims: keg:Ghost: is held by command" in said
        assert "it needs a person" in said

    def test_a_claim_of_another_command_is_named(self):
        other = event_store.commits().find_one({"stream": {"$regex": "^cellar:"}})["command_id"]
        claims().update_one({"_id": "keg:Stout"}, {"$set": {"command_id": other}})
        assert named() == [("claims", "", "keg:Stout")]

    def test_what_two_streams_claim_is_named(self, stout):
        twice = event_store.commits().find_one({"stream": f"keg:{stout}", "version": 1})
        event_store.commits().insert_one(
            {**twice, "_id": "twice", "stream": "keg:00000000-0000-0000-0000-000000000001", "command_id": "other"}
        )
        assert ("claims", "", "keg:Stout") in named("claims")

    def test_a_guard_that_counts_wrongly_is_named_and_set_right(self):
        before = everything()
        guard = guards().find_one()["_id"]
        guards().update_one({"_id": guard}, {"$inc": {"count": 1}})
        assert named() == [("guards", "", guard)]
        assert run("--heal")[1] == 0
        assert changed_since(before) == set()

    def test_a_guard_that_is_missing_is_begun_again(self):
        before = everything()
        guard = guards().find_one_and_delete({})["_id"]
        assert named() == [("guards", "", guard)]
        assert run("--heal")[1] == 0
        assert changed_since(before) == set()


class TestTheLog:
    """It is never changed, so whatever is wrong with it is named and stays."""

    def spoil(self, version, change, stout):
        assert event_store.commits().update_one({"stream": f"keg:{stout}", "version": version}, change).matched_count

    @pytest.fixture(autouse=True)
    def without_its_index(self):
        event_store.commits().drop_index("stream_version")
        event_store.commits().drop_index("stream_command")
        yield
        event_store.commits().delete_many({})
        event_store.ensure_indexes()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"$set": {"version": 3}}, "versions 2 to 2 are missing"),
            ({"$set": {"version": 1}}, "version 1 is there twice"),
            ({"$set": {"count": 2}}, "version 2 says that it holds 2 events, and holds 1"),
            ({"$set": {"events": []}}, "version 2 says that it holds 1 events, and holds 0"),
            ({"$set": {"events.0.data.price.amount": "nine"}}, "version 2 cannot be read"),
            ({"$set": {"events.0.type": "tavern.Sung"}}, "version 2 is known to newer code only"),
            ({"$set": {"events.0.schema": 9}}, "version 2 is known to newer code only"),
        ],
        ids=["hole", "double", "count", "empty", "unreadable", "unknown", "newer"],
    )
    def test_what_is_wrong_with_a_commit_is_named_and_stays(self, stout, change, said):
        self.spoil(2, change, stout)
        told, code = run("log", "--heal")
        assert code == 1
        assert f"log: keg:{stout}: {said}" in told
        assert "needs a person" in told

    def test_a_time_that_goes_back_is_named(self, stout):
        first = event_store.commits().find_one({"stream": f"keg:{stout}", "version": 1})["recorded_at"]
        self.spoil(2, {"$set": {"recorded_at": first - timedelta(seconds=1)}}, stout)
        assert f"log: keg:{stout}: version 2 was recorded before the one before it" in run("log")[0]

    def test_a_stream_of_no_kind_is_named(self, stout):
        event_store.commits().update_many({"stream": f"keg:{stout}"}, {"$set": {"stream": "song:1"}})
        assert "log: song:1: there is no kind song" in run("log", "--sample", "1")[0]


class TestAnotherStore:
    """One beside MongoDB that holds the tags once more."""

    @pytest.fixture
    def copies(self, monkeypatch):
        """By tag the revision of its copy."""
        held = {one["_id"]: one["_rev"] for one in live(TAGS.name).documents.find()}

        def heal(generation, identities):
            held.update({one["_id"]: one["_rev"] for one in generation.documents.find({"_id": {"$in": identities}})})

        def differences(generation, identities):
            if "away" in held:
                raise Outage("the shelf does not answer")
            for one in generation.documents.find():
                if held.get(one["_id"]) != one["_rev"]:
                    yield mirrors.Mismatch(identity=one["_id"], what=f"is at {held.get(one['_id'])}, not {one['_rev']}")

        shelf = Mirror(
            name="shelf",
            read_model=TAGS.name,
            is_used=lambda: True,
            fill=lambda generation: None,
            drop=lambda name: None,
            differences=differences,
            heal=heal,
        )
        monkeypatch.setattr(mirrors, "MIRRORS", [shelf])
        return held

    def test_is_compared_and_healed_by_who_registers_it(self, copies, stout):
        copies[stout] = 0
        assert named() == [("shelf", "tags", stout)]
        assert run("--heal")[1] == 0
        assert run()[1] == 0

    def test_that_is_away_is_said_and_the_rest_is_checked(self, copies, stout):
        copies["away"] = 1
        said, code = run(TAGS.name)
        assert (code, "the shelf does not answer" in said) == (2, True)
        set_in(live(TAGS.name).documents, stout, price="1.00")
        assert run(TAGS.name)[1] == 1


class TestWhileCommandsGoOn:
    def test_nothing_is_taken_for_drift(self, stout, monkeypatch):
        monkeypatch.setattr(document_checks, "CATCHES_UP_IN", 5.0)
        over, given = Event(), []

        def give():
            while not over.is_set():
                number = len(given)
                say(repricing(UUID(stout), f"9.{number % 100:02}"))
                say(tasting(keg(f"Keg {number}"), stars=1))
                given.append(number)

        threads = [Thread(target=give, daemon=True), Thread(target=Relay(over).run, daemon=True)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(5):
                said, code = run("--all")
                assert code == 0, said
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert given


class TestTheCommand:
    def test_refuses_a_name_that_nothing_has(self):
        said, code = run("cider")
        assert code == 2
        assert "there is nothing called cider to verify; there are tags, opinions" in said

    @pytest.mark.parametrize(
        "arguments", [("--sample", "0"), ("--sample", "x"), ("--sample", "3", "--all"), ("a", "b")]
    )
    def test_refuses_arguments_that_make_no_sense(self, arguments):
        with pytest.raises(CommandError):
            call_command("verify", *arguments)

    def test_says_where_there_are_no_documents_yet(self):
        generations.pointers().delete_one({"_id": TAGS.name})
        generations.forget()
        said, code = run(TAGS.name)
        assert (code, "tags has no documents of this version of its fold yet" in said) == (2, True)

    def test_tells_one_json_document(self, stout):
        set_in(live(TAGS.name).documents, stout, price="1.00")
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("verify", "--json", stdout=out)
        told = json.loads(out.getvalue())
        assert [one["name"] for one in told["subjects"]] == list(EVERYTHING)
        assert [(one["what"], one["healed"]) for one in told["differences"]] == [(stout, False)]

    def test_keeps_what_came_of_it(self, stout):
        set_in(live(TAGS.name).documents, stout, price="1.00")
        run()
        kept = verifications().find_one({"_id": TAGS.name})
        assert (kept["differences"], kept["drift"], kept["sample"]) == (1, 1, 1000)
        assert kept["examples"] == [f"documents: tags {stout}: price is '1.00', not '9.00'"]
        run("--heal")
        assert verifications().find_one({"_id": TAGS.name})["drift"] == 0


class TestTheHourlyCheck:
    def test_is_on_the_schedule(self):
        assert hourly_check.verify_a_sample in [scheduled.job for scheduled in JOBS]

    def test_logs_what_it_finds_and_keeps_it(self, stout, caplog):
        set_in(live(TAGS.name).documents, stout, price="1.00")
        hourly_check.verify_a_sample(event_store.now())
        assert f"drift: documents: tags {stout}: price is '1.00', not '9.00'" in caplog.text
        assert {one["_id"] for one in verifications().find()} == set(EVERYTHING)

    def test_leaves_alone_what_was_verified_within_the_hour(self, stout):
        hourly_check.verify_a_sample(event_store.now())
        set_in(live(TAGS.name).documents, stout, price="1.00")
        hourly_check.verify_a_sample(event_store.now())
        assert verifications().find_one({"_id": TAGS.name})["drift"] == 0
        hourly_check.verify_a_sample(event_store.now() + timedelta(hours=2))
        assert verifications().find_one({"_id": TAGS.name})["drift"] == 1

    def test_rests_as_long_as_it_works(self, stout, monkeypatch):
        rests = []
        monkeypatch.setattr(hourly_check, "BURST", 0)
        monkeypatch.setattr(hourly_check.stopping, "wait", rests.append)
        began = time.monotonic()
        hourly_check.verify_a_sample(event_store.now())
        assert time.monotonic() - began > sum(rests) > 0
