"""The log as lines: given out without loss, taken in whole or not at all."""

import io
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from efi.log import event_store
from efi.log.event_store import commits
from efi.operations import streams
from efi.reading.projections import READ_MODELS
from efi.running.registrations import example as kept_example
from tests.catalog.catalogue import category, product, repricing
from tests.given import say

KEG = UUID("01890a5d-ac96-774b-bcce-000000000101")

pytestmark = pytest.mark.usefixtures("restarted")


@pytest.fixture
def restarted(store):
    product_id = product(categories=(category(),))
    say(repricing(product_id, "9.00"), key="once")


def exported(**only):
    out = io.BytesIO()
    streams.export(out, **only)
    return out.getvalue()


def whole():
    return [{**raw, "_id": None} for raw in streams.found()]


def taken(text):
    return streams.take_in(io.BytesIO(text))


def lines():
    return [json.loads(line) for line in exported().splitlines()]


def a_new_commit(stream=f"keg:{KEG}"):
    """A line that the log lacks, and could have."""
    tapped = {"type": "tavern.KegTapped", "schema": 1, "data": kept_example("tavern.KegTapped", 1)}
    return {**lines()[0], "stream": stream, "version": 1, "command_id": str(uuid4()), "events": [tapped]}


def text_of(changed):
    return b"\n".join(json.dumps(line).encode() for line in changed)


def test_what_is_exported_is_taken_in_without_loss():
    text, before = exported(), whole()
    commits().delete_many({})
    assert taken(text) == (len(before), 0)
    assert whole() == before


def test_taken_in_again_it_changes_nothing():
    before = whole()
    assert taken(exported()) == (0, len(before))
    assert whole() == before


def test_what_is_missing_is_appended():
    text, before = exported(), whole()
    commits().delete_one({"version": 2})
    assert taken(text) == (1, len(before) - 1)
    assert whole() == before


def test_one_kind_or_one_stream_is_exported_alone():
    assert {json.loads(line)["stream"] for line in exported(kind="categories").splitlines()} == {"categories"}
    stream = commits().find_one({"version": 2})["stream"]
    assert exported(stream=stream).count(b"\n") == 2


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda line: line.update(version=4), "stands at version 1, which 4 does not follow"),
        (lambda line: line.update(version="2"), "is no int"),
        (lambda line: line.pop("meta"), "just the fields"),
        (lambda line: line.update(more=1), "just the fields"),
        (lambda line: line.update(command_id="olives"), "is no commit"),
        (lambda line: line.update(recorded_at="2026-01-05T09:00:00"), "not a time in UTC"),
        (lambda line: line.update(recorded_at="2026-01-05T09:00:00.123456Z"), "to the millisecond"),
        (lambda line: line.update(events=[]), "are not as the log has them"),
        (lambda line: line["events"][0].update(schema=99), "are not as the log has them"),
        (lambda line: line["events"][0]["data"].update(reason=2**63), "is no commit"),
        (lambda line: line["meta"].update(who="me"), "just actor"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken_in(spoil, said):
    changed = lines()
    number, bad = next((number, line) for number, line in enumerate(changed, 1) if line["version"] == 2)
    spoil(bad)
    commits().delete_many({"version": 2})
    commits().delete_many({"stream": "categories"})
    before = whole()
    with pytest.raises(streams.BadLine, match=f"line {number}: .*{said}"):
        taken(text_of(changed))
    assert whole() == before


def test_a_commit_that_is_another_is_refused():
    changed = lines()
    changed[0]["meta"]["actor"] = "somebody else"
    with pytest.raises(streams.BadLine, match=r"line 1: .* has another commit at version 1"):
        taken(text_of(changed))


def test_a_command_that_the_stream_has_already_is_refused():
    first = lines()[0]
    again = {**first, "version": 2}
    with pytest.raises(streams.BadLine, match=r"line 1: .* has a commit of command"):
        taken(text_of([again]))


def test_a_line_that_is_no_json_is_refused():
    with pytest.raises(streams.BadLine, match="line 1: is not JSON"):
        taken(b"{")


@pytest.mark.parametrize(
    "stream",
    ["olives", "parcel:1", "product", "product:olives", f"product:{str(KEG).upper()}", "categories:1", "heartbeat:1"],
)
def test_a_name_that_no_stream_can_have_is_refused(stream):
    named = {**a_new_commit(), "stream": stream}
    with pytest.raises(streams.BadLine, match=f"line 1: {stream} is no stream"):
        taken(text_of([named]))
    assert event_store.head(stream) == 0


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"type": "shipping.Sent", "schema": 3, "data": {"weight": "1.50"}}, "keg cannot take it in: UnknownEvent"),
        (
            {"type": "tavern.KegTapped", "schema": 1, "data": {"pints": "many"}},
            "keg cannot take it in: ValidationError",
        ),
    ],
    ids=["unknown", "malformed"],
)
def test_what_today_s_code_cannot_load_and_fold_is_refused(event, said):
    before = whole()
    with pytest.raises(streams.BadLine, match=f"line 2: .*{said}"):
        taken(text_of([a_new_commit(stream=f"keg:{uuid4()}"), {**a_new_commit(), "events": [event]}]))
    assert whole() == before


def test_what_comes_before_what_it_needs_is_refused():
    expired = {"type": "catalog.LotExpired", "schema": 1, "data": kept_example("catalog.LotExpired", 1)}
    early = {**a_new_commit(stream=f"stock:{uuid4()}"), "events": [expired]}
    with pytest.raises(streams.BadLine, match="line 1: stock cannot take it in: KeyError"):
        taken(text_of([early]))


def test_what_makes_a_read_model_fail_is_refused(monkeypatch):
    monkeypatch.setitem(READ_MODELS, "keg_records", replace(READ_MODELS["keg_records"], fold=None))
    with pytest.raises(streams.BadLine, match="line 1: keg_records cannot take it in: TypeError"):
        taken(text_of([a_new_commit()]))


def test_a_stream_that_failed_before_is_no_reason_to_refuse_what_comes_after():
    bad = {**a_new_commit(), "events": [{"type": "shipping.Sent", "schema": 3, "data": {}}]}
    commits().insert_one(streams.read(1, text_of([bad])))
    assert taken(text_of([{**a_new_commit(), "version": 2}])) == (1, 0)


class TestTheCommand:
    """As operators type it."""

    def test_exports_to_a_file_and_imports_it(self, tmp_path, capsys):
        file, before = tmp_path / "log.jsonl", whole()
        call_command("streams", "export", str(file))
        commits().delete_many({})
        call_command("streams", "import", str(file))
        assert whole() == before
        assert f"{len(before)} commits taken in" in capsys.readouterr().out

    def test_exports_for_its_owner_only(self, tmp_path):
        call_command("streams", "export", str(tmp_path / "log.jsonl"))
        assert (tmp_path / "log.jsonl").stat().st_mode & 0o777 == 0o600

    def test_leaves_a_file_that_is_there_alone(self, tmp_path):
        (tmp_path / "log.jsonl").write_text("mine")
        with pytest.raises(CommandError, match="exists"):
            call_command("streams", "export", str(tmp_path / "log.jsonl"))

    def test_shows_a_stream(self, capsys):
        call_command("streams", "show", "categories")
        assert '"catalog.CategoryCreated"' in capsys.readouterr().out

    def test_says_that_there_is_none(self):
        with pytest.raises(CommandError, match="no stream olives"):
            call_command("streams", "show", "olives")

    def test_tells_the_newest(self, capsys):
        call_command("streams", "tail", "--last", "1", "--no-follow", "--kind", "product")
        assert '"catalog.PriceChanged"' in capsys.readouterr().out
