"""What falls due: each document that is due has its command given, whatever became of the others."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from efi.delivery import due, schedule
from efi.delivery.due import BY_DUE, SCHEDULE, when_due
from efi.domain.errors import Conflict, Unavailable
from efi.reading import generations
from efi.reading.projections import Fold
from efi.writing.commands import Command, Receipt, Subject, command
from tavern.due import NAME, lapse
from tavern.events import TabLapsed, TabOpened
from tests.efi import audit
from tests.efi.crowd import at_once
from tests.tavern import bar
from tests.tavern.labels import only

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@command
class WaterPlant(Command):
    """Gives a plant its water."""

    plant_id: Subject


PLANTS = Fold(name="plants", kinds=("plant",), version=1, fold=lambda document, event, commit: None, indexes=(BY_DUE,))
UNSORTED = Fold(name="unsorted", kinds=("plant",), version=1, fold=PLANTS.fold)


@pytest.fixture
def plants(restarted, monkeypatch):
    monkeypatch.setattr(schedule, "JOBS", [])
    with only(PLANTS, UNSORTED):
        generations.build_missing()
        yield generations.live("plants").documents


@pytest.fixture
def water(plants):
    return when_due("plants")(lambda plant: WaterPlant(plant_id=plant))


@pytest.fixture
def watered(plants, monkeypatch):
    """The plants whose command was given, and what is to happen to some of them instead."""
    given, instead, versions = [], {}, Counter()

    def dispatch(command, *, actor, at):
        assert (actor, at) == (SCHEDULE, NOON)
        plant_id = command.plant_id
        if error := instead.get(plant_id):
            raise error
        given.append(plant_id)
        before = plants.find_one_and_update({"_id": plant_id, "thirst": {"$gt": 0}}, {"$inc": {"thirst": -1}})
        if before and before["thirst"] == 1:
            plants.update_one({"_id": plant_id}, {"$set": {"due": None}})
        versions[plant_id] += bool(before)
        return Receipt(id=UUID(int=0), version=versions[plant_id])

    monkeypatch.setattr(due, "dispatch", dispatch)
    return given, instead


def put(plants, **due):
    """Each of them needs one watering, and is not due after it."""
    plants.insert_many([{"_id": name, "due": at, "thirst": 1} for name, at in due.items()])


def test_where_nothing_is_due_nothing_is_commanded(plants, water, watered):
    put(plants, fern=NOON + A_MINUTE, cactus=None)
    water(NOON)
    assert watered[0] == []


def test_what_is_due_is_commanded_in_its_order(plants, water, watered):
    put(plants, fern=NOON, basil=NOON - A_MINUTE, mint=NOON + A_MINUTE)
    water(NOON)
    assert watered[0] == ["basil", "fern"]


def test_a_hundred_that_are_due_are_all_seen_to(plants, water, watered):
    names = [f"plant {at:03}" for at in range(100)]
    put(plants, **dict.fromkeys(names, NOON - A_MINUTE))
    water(NOON)
    assert sorted(watered[0]) == names


def test_what_one_command_leaves_is_seen_to_at_once_by_turns(plants, water, watered):
    put(plants, basil=NOON - A_MINUTE, fern=NOON)
    plants.update_many({}, {"$set": {"thirst": 3}})
    water(NOON)
    assert watered[0] == ["basil", "fern"] * 3


def test_what_stays_due_though_nothing_changes_any_more_is_left_until_the_next_time(plants, water, watered):
    put(plants, basil=NOON - A_MINUTE, fern=NOON)
    plants.update_one({"_id": "basil"}, {"$set": {"thirst": 0}})
    water(NOON)
    assert watered[0] == ["basil", "fern", "basil"]


def test_a_process_that_ends_begins_no_other_command(plants, water, watered, monkeypatch):
    put(plants, basil=NOON)
    monkeypatch.setattr(schedule.stopping, "is_set", lambda: True)
    water(NOON)
    assert watered[0] == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Conflict("somebody else was faster"), "of basil is refused: conflict"),
        (ZeroDivisionError(), "failed on basil and goes on with the others"),
    ],
)
def test_one_that_is_refused_or_fails_keeps_no_other_waiting(plants, water, watered, caplog, error, told):
    put(plants, basil=NOON - A_MINUTE, fern=NOON)
    watered[1]["basil"] = error
    water(NOON)
    assert watered[0] == ["fern"]
    assert caplog.text.count(told) == 1


def test_a_store_that_is_away_is_not_asked_for_each(plants, water, watered):
    put(plants, basil=NOON - A_MINUTE, fern=NOON)
    watered[1]["basil"] = Unavailable()
    with pytest.raises(Unavailable):
        water(NOON)
    assert watered[0] == []


def test_it_is_asked_for_every_ten_seconds(water):
    assert [(scheduled.job, scheduled.seconds) for scheduled in schedule.JOBS] == [(water, 10)]


def test_a_read_model_that_cannot_find_what_is_due_is_refused(plants):
    with pytest.raises(ValueError, match="unsorted has no index by what is due"):
        when_due("unsorted")


class TestATab:
    @pytest.fixture(autouse=True)
    def tab(self, documents):
        self.stream = f"tab:{bar.tab()}"
        generations.sweep(generations.live(NAME))

    def facts(self):
        return [type(fact) for fact in audit.facts_of(self.stream)]

    def test_lapses_once_its_time_is_over(self):
        lapse(bar.CLOSING_TIME - A_MINUTE)
        assert self.facts() == [TabOpened]
        lapse(bar.CLOSING_TIME)
        assert self.facts() == [TabOpened, TabLapsed]

    def test_lapses_once_though_two_processes_see_to_it(self):
        at_once([partial(lapse, bar.CLOSING_TIME)] * 2)
        assert self.facts() == [TabOpened, TabLapsed]
