"""What waits for a second person: each context registers its part, and all of it is one read model."""

from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace

import pytest

from efi.reading import approvals
from efi.reading.approvals import answered, ask, asks

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMMIT = SimpleNamespace(occurred_at=NOON)
ROSE_ASKED = SimpleNamespace(type_name="garden.FellingProposed", by="maria", tree="rose")
ROSE_KEPT = SimpleNamespace(type_name="garden.FellingDeclined")
BELL_ASKED = SimpleNamespace(type_name="tower.RepairProposed", by="joan", tree="bell")


class Felling(StrEnum):
    FELLING = "felling"


class Repair(StrEnum):
    REPAIR = "repair"


@pytest.fixture(autouse=True)
def nobody_asks(monkeypatch):
    for name in ("ASKING", "READ_MODELS"):
        monkeypatch.setattr(approvals, name, {})
    for name in ("CONTEXTS", "KINDS"):
        monkeypatch.setattr(approvals, name, [])


def register(context, kinds=Felling, streams=("tree",), version=1):
    def fold(fact, event, commit):
        [kind] = kinds
        if hasattr(event, "by"):
            fact["called"] = event.tree
            ask(fact, kind, commit, event.by, {"tree_id": fact["_id"]}, before="stands", after="lies", height=event.by)
        else:
            answered(fact, kind)

    def shown(fact, asked):
        return {"subject": f"{fact['called'].capitalize()} of {fact['of']}"}

    fold.__module__ = f"{context}.records.approvals"
    asks(kinds=kinds, streams=streams, version=version, empty=lambda: {"of": context}, shown=shown)(fold)
    return approvals.READ_MODELS[approvals.NAME]


def rows_after(model, *events):
    fact = {"_id": "7"}
    for event in events:
        model.fold(fact, event, COMMIT)
    return list(model.rows(fact))


def test_what_is_asked_is_a_row_with_all_that_a_second_person_must_know():
    [row] = rows_after(register("garden"), ROSE_ASKED)
    assert row | {"terms": None} == {
        "_id": "felling:7",
        "context": "garden",
        "kind": "felling",
        "record": "7",
        "subject_id": "7",
        "ids": {"tree_id": "7"},
        "subject": "Rose of garden",
        "subject_order": "rose of garden",
        "terms": None,
        "before": "stands",
        "after": "lies",
        "reason": "",
        "asked_by": "maria",
        "since": NOON,
        "about": {"height": "maria"},
    }


def test_what_is_answered_waits_no_longer():
    assert rows_after(register("garden"), ROSE_ASKED, ROSE_KEPT) == []


def test_what_is_asked_again_takes_the_place_of_what_waited():
    again = SimpleNamespace(type_name="garden.FellingProposed", by="joan", tree="rose")
    assert [row["asked_by"] for row in rows_after(register("garden"), ROSE_ASKED, again)] == ["joan"]


def test_each_context_folds_what_is_its_own():
    register("garden")
    both = register("tower", Repair, ("bell",))
    assert both.kinds == ("tree", "bell")
    assert [row["subject"] for row in rows_after(both, ROSE_ASKED)] == ["Rose of garden"]
    assert [row["subject"] for row in rows_after(both, BELL_ASKED)] == ["Bell of tower"]


@pytest.mark.parametrize(
    ("context", "kinds", "streams", "named"),
    [
        ("tower", Felling, ("bell",), "felling"),
        ("tower", Repair, ("tree",), "tree"),
        ("garden", Repair, ("bell",), "garden"),
    ],
)
def test_what_is_asked_about_is_asked_in_one_place(context, kinds, streams, named):
    register("garden")
    with pytest.raises(ValueError, match=f"{context} asks about {named}, as another does already"):
        register(context, kinds, streams)


def test_a_stream_may_be_called_like_what_another_asks_about():
    register("garden")
    assert register("tower", Repair, ("felling", "garden")).kinds == ("tree", "felling", "garden")


def test_documents_are_made_anew_when_any_context_folds_otherwise_comes_in_or_goes(monkeypatch):
    versions = []
    for contexts in ({"garden": 1}, {"garden": 2}, {"garden": 1, "tower": 1}, {"tower": 1}, {"garden": 1, "tower": 2}):
        monkeypatch.setattr(approvals, "ASKING", {})
        for name, version in contexts.items():
            model = register(name, *((Felling, ("tree",)) if name == "garden" else (Repair, ("bell",))), version)
        versions.append(model.version)
    assert len(set(versions)) == len(versions)


def test_in_which_order_contexts_come_in_makes_no_difference(monkeypatch):
    register("garden")
    one = register("tower", Repair, ("bell",))
    monkeypatch.setattr(approvals, "ASKING", {})
    register("tower", Repair, ("bell",))
    assert register("garden").version == one.version
