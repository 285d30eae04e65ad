"""What follows from an event by a command: once, whatever becomes of bells, and never in the way of anything else."""

from contextlib import suppress
from functools import partial
from itertools import count
from random import Random
from threading import Event

import pytest
from pymongo.errors import PyMongoError

from efi.delivery import reactions, relay
from efi.delivery.reactions import REACTIONS, Reaction, reacts, refused
from efi.domain.errors import NotFound
from efi.log import epoch, event_store, mongo
from efi.log.event_store import now
from efi.reading import followers
from efi.reading.catching_up import ReadLess
from efi.reading.followers import Outage
from efi.running import startup
from efi.writing import dispatch as dispatching
from tavern.commands.cellars import CloseCellar
from tavern.commands.kegs import ApprovePouring, MoveKeg
from tavern.events import KegEmptied, KegMoved, PintsDrawn
from tests.efi import audit, faults
from tests.efi.crowd import at_once
from tests.given import JOAN, MARIA, elsewhere, minutes, restart, say
from tests.tavern import bar

pytestmark = pytest.mark.usefixtures("restarted")


@pytest.fixture
def leaving():
    """Closes a cellar that a keg was carried out of; refused while another keg lies in it."""

    @reacts("closed_behind_kegs", streams=("keg",))
    def closed_behind_kegs(event, commit):
        if isinstance(event, KegMoved):
            yield CloseCellar(cellar_id=event.old_cellar_id)

    yield REACTIONS["closed_behind_kegs"]
    del REACTIONS["closed_behind_kegs"]


def poured(name="Stout"):
    """A keg of which what was left is poured away, so that it is to be carried out."""
    keg_id = bar.keg(name)
    say(ApprovePouring(**bar.proposed(keg_id, f"proposal {name}")), key=f"approval {name}")
    return keg_id


def bell(keg_id):
    return {f"keg:{keg_id}": event_store.head(f"keg:{keg_id}")}


def carried_out():
    """The ids of the kegs that were, in the order of the log."""
    return [fact.keg_id for commit in audit.whole_log() for fact in commit.events if isinstance(fact, KegEmptied)]


def the_reaction():
    return REACTIONS["poured_kegs_are_carried_out"]


def position(reaction, keg_id):
    found = reaction.positions.documents.find_one({"_id": f"keg:{keg_id}"})
    return found["seen"] if found else 0


class TestOnce:
    def test_a_command_follows_from_an_event_however_often_the_bell_rings(self):
        keg_id = poured()
        bells = bell(keg_id)
        for _ in range(3):
            the_reaction().answer(bells)
        assert carried_out() == [keg_id]

    def test_a_command_is_caused_by_the_event_and_given_by_the_reaction(self):
        keg_id = poured()
        [cause] = [one for one in audit.whole_log() if one.stream == f"keg:{keg_id}" and one.version == 3]
        the_reaction().answer(bell(keg_id))
        [effect] = [one for one in audit.whole_log() if one.stream == f"keg:{keg_id}" and one.version == 4]
        assert effect.actor == "reaction poured_kegs_are_carried_out"
        assert effect.causation_id == event_store.event_id(f"keg:{keg_id}", 3)
        assert effect.correlation_id == cause.correlation_id

    @pytest.mark.parametrize("seed", range(8))
    def test_bells_that_are_shuffled_doubled_and_dropped_lead_to_the_same(self, documents, seed):
        rng = Random(seed)
        kegs = [poured(f"Stout {number}") for number in range(4)]
        bells = [{f"keg:{keg_id}": version} for keg_id in kegs for version in (1, 2, 3)] * 2
        for one in rng.sample(bells, rng.randint(0, len(bells))):
            the_reaction().answer(one)
        relay.sweep()
        relay.sweep()
        assert sorted(carried_out()) == sorted(kegs)
        audit.the_write_side_agrees()
        audit.the_documents_agree()

    def test_four_who_answer_at_once_carry_out_one_command(self):
        kegs = [poured(f"Stout {number}") for number in range(3)]
        bells = {name: version for keg_id in kegs for name, version in bell(keg_id).items()}
        at_once([partial(the_reaction().answer, bells)] * 4)
        assert sorted(carried_out()) == sorted(kegs)

    def test_a_process_that_dies_at_any_call_leaves_it_to_the_next(self):
        kegs = []
        for number in count(1):
            for arrived in (False, True):
                kegs.append(poured(f"Stout {number} {arrived}"))
                with faults.crash(number, arrived=arrived) as wire, suppress(faults.Crashed):
                    the_reaction().answer(bell(kegs[-1]))
                restart()
                the_reaction().answer(bell(kegs[-1]))
            if not wire.broke:
                break
        assert len(kegs) > 12
        assert sorted(carried_out()) == sorted(kegs)
        audit.the_write_side_agrees()


class TestPositions:
    def test_what_a_bell_names_and_the_log_does_not_show_yet_is_read_again(self):
        keg_id = poured()
        with pytest.raises(ReadLess):
            the_reaction().answer({f"keg:{keg_id}": 9})

    def test_a_reaction_that_is_new_answers_nothing_that_was_before(self, documents):
        before, after = poured("Stout"), bar.keg("Porter")
        reactions.begin()
        say(ApprovePouring(**bar.proposed(after, "proposal")))
        relay.sweep()
        assert carried_out() == [after]
        assert position(the_reaction(), before) == 3

    def test_a_reaction_begins_behind_the_last_event_of_a_commit_of_several(self, documents):
        keg_id = bar.keg()
        elsewhere(f"keg:{keg_id}", *[PintsDrawn(keg_id=keg_id, pints=1, tab_id=None)] * 3)
        reactions.begin()
        assert position(the_reaction(), keg_id) == 4
        the_reaction().answer({f"keg:{keg_id}": 4})

    def test_what_comes_while_several_processes_begin_a_reaction_is_answered(self, documents, monkeypatch):
        reactions.begin()
        mongo.collection("marks").update_many({"_id": {"$regex": "^reaction "}}, {"$unset": {"done": ""}})
        keg_id = poured()
        monkeypatch.setattr(event_store, "now", lambda: now() + minutes(5))
        reactions.begin()
        relay.sweep()
        assert carried_out() == [keg_id]

    def test_until_it_is_known_with_what_a_reaction_begins_nobody_answers(self, documents):
        assert "reaction poured_kegs_are_carried_out" in startup._lacking()
        reactions.begin()
        assert startup._lacking() == ""

    def test_a_reaction_begins_once(self, documents):
        reactions.begin()
        keg_id = poured()
        reactions.begin()
        relay.sweep()
        assert carried_out() == [keg_id]

    def test_a_shorter_log_is_answered_from_its_end_on(self):
        keg_id = poured()
        the_reaction().answer(bell(keg_id))
        event_store.commits().delete_many({"stream": f"keg:{keg_id}", "version": {"$gte": 3}})
        for forget in epoch.FORGETS:
            forget()
        assert position(the_reaction(), keg_id) == 2

    def test_while_the_store_is_away_the_position_stays(self, monkeypatch):
        keg_id = poured()
        monkeypatch.setattr(dispatching, "DEADLINE", 0)
        with faults.outage(3, arrived=False, calls=99), pytest.raises((Outage, PyMongoError)):
            the_reaction().answer(bell(keg_id))
        assert position(the_reaction(), keg_id) == 0
        followers.patiently(partial(the_reaction().answer, bell(keg_id)), Event())
        assert carried_out() == [keg_id]


class TestARefusal:
    def moved(self, name="Stout", *, beside=()):
        """A keg that was carried out of a cellar, in which others still lie."""
        left = bar.cellar(f"Cellar of {name}")
        keg_id = bar.keg(name, cellar_id=left)
        others = [bar.keg(other, cellar_id=left) for other in beside]
        say(MoveKeg(keg_id=keg_id, cellar_id=bar.cellar(f"Dry {name}")))
        return keg_id, others

    def test_is_noted_and_the_stream_goes_on(self, leaving):
        keg_id, _ = self.moved(beside=["Porter"])
        leaving.answer(bell(keg_id))
        [noted] = refused().find()
        assert (noted["reaction"], noted["stream"], noted["version"]) == (leaving.name, f"keg:{keg_id}", 2)
        assert noted["refusals"] == ["close_cellar: 1 kegs lie in cellar Cellar of Stout"]
        assert position(leaving, keg_id) == 2

    def test_is_tried_again_by_hand_and_forgotten_once_it_succeeds(self, leaving):
        keg_id, [porter] = self.moved(beside=["Porter"])
        leaving.answer(bell(keg_id))
        leaving.try_again(f"keg:{keg_id}", 2)
        assert refused().find_one()["tries"] == 2
        say(MoveKeg(keg_id=porter, cellar_id=bar.cellar("Loft")))
        leaving.try_again(f"keg:{keg_id}", 2)
        assert refused().find_one() is None

    def test_of_an_event_that_the_log_does_not_hold_is_not_tried(self, leaving):
        with pytest.raises(NotFound):
            leaving.try_again(f"keg:{bar.keg()}", 7)

    def test_of_an_event_that_a_restored_log_lacks_is_forgotten(self, leaving):
        keg_id, _ = self.moved(beside=["Porter"])
        leaving.answer(bell(keg_id))
        event_store.commits().delete_many({"stream": f"keg:{keg_id}", "version": {"$gte": 2}})
        reactions.step_back()
        assert refused().find_one() is None

    def test_tells_nothing_of_what_the_command_says(self, leaving, caplog):
        keg_id, _ = self.moved(beside=["Porter"])
        leaving.answer(bell(keg_id))
        assert "close_cellar is refused: cellar_not_empty" in caplog.text
        assert "Cellar of Stout" not in caplog.text


class TestAReactionThatFails:
    @pytest.fixture
    def broken(self):
        """Fails on kegs that were moved, until a test mends it."""

        def fails(event, commit):
            if isinstance(event, KegMoved) and not mended.is_set():
                raise ZeroDivisionError("planted")
            return ()

        mended = Event()
        REACTIONS["broken"] = Reaction(name="broken", kinds=("keg",), react=fails)
        yield mended
        del REACTIONS["broken"]

    def test_stops_that_stream_and_no_other_until_it_is_mended(self, broken):
        keg_id, other = bar.keg("Stout"), bar.keg("Porter")
        say(MoveKeg(keg_id=keg_id, cellar_id=bar.cellar("Loft")))
        REACTIONS["broken"].answer(bell(keg_id) | bell(other))
        assert (position(REACTIONS["broken"], keg_id), position(REACTIONS["broken"], other)) == (1, 1)
        noted = refused().find_one()
        assert noted["refusals"] == ["the reaction fails: ZeroDivisionError"]
        assert noted["fails"]
        broken.set()
        REACTIONS["broken"].answer(bell(keg_id))
        assert position(REACTIONS["broken"], keg_id) == 2
        assert refused().find_one() is None


def test_the_relay_rings_reactions_in_a_lane_of_their_own(documents):
    assert reactions.LANE in followers.lanes()
    keg_id = poured()
    relay.ring(bell(keg_id), event_store.now(), event_store.now(), reactions.LANE)
    assert carried_out() == [keg_id]
    assert {MARIA, JOAN} >= {one.actor for one in audit.whole_log() if not one.actor.startswith("reaction")}
