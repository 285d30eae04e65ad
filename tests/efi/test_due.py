"""What falls due: each document that is due has its command given, whatever became of the others."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from efi.delivery import due, schedule
from efi.delivery.due import BY_DUE, SCHEDULE, when_due
from efi.domain.errors import Conflict, Unavailable
from efi.reading import generations
from efi.reading.projections import Fold
from efi.writing.commands import Command, Subject, command
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
def watered(monkeypatch):
    """The plants whose command was given, and what is to happen to some of them instead."""
    given, instead = [], {}

    def dispatch(command, *, actor, at):
        assert (actor, at) == (SCHEDULE, NOON)
        if error := instead.get(command.plant_id):
            raise error
        given.append(command.plant_id)

    monkeypatch.setattr(due, "dispatch", dispatch)
    return given, instead


def put(plants, **due):
    plants.insert_many([{"_id": name, "due": at} for name, at in due.items()])


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
    assert told in caplog.text


def test_a_store_that_is_away_is_not_asked_for_each(plants, water, watered):
    put(plants, basil=NOON - A_MINUTE, fern=NOON)
    watered[1]["basil"] = Unavailable()
    with pytest.raises(Unavailable):
        water(NOON)
    assert watered[0] == []


def test_it_is_asked_for_every_minute(water):
    assert [(scheduled.job, scheduled.seconds) for scheduled in schedule.JOBS] == [(water, 60)]


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
