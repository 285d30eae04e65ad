"""Whether what the database holds agrees with itself: the log, its claims and guards, and the documents."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from efi.domain.events import Event
from efi.log.event_store import Commit, commits, decode
from efi.reading import generations
from efi.writing.claims import CLAIMED, COUNTED, HELD, claims, guards
from tests.convergence.comparison import differences
from tests.convergence.reference import whole_log


def heads() -> dict[str, int]:
    return {commit.stream: commit.last for commit in whole_log()}


def facts_of(stream: str) -> list[Event]:
    return [fact for commit in whole_log() if commit.stream == stream for fact in commit.events]


def left_by(command_id: object) -> list[Commit]:
    """What a command has left in the log, and what it carried out."""
    of_it = {"$or": [{"command_id": command_id}, {"meta.causation_id": command_id}]}
    return [decode(raw) for raw in commits().find(of_it)]


def the_write_side_agrees() -> None:
    """Streams without a hole, no command twice in one, and every claim and guard as the log has it."""
    log = whole_log()
    doubled = Counter((commit.stream, commit.command_id) for commit in log)
    assert set(doubled.values()) <= {1}, "a command has been carried out twice"
    values = {claim["_id"] for claim in claims().find() if not claim["_id"].startswith("command:")}
    assert values == set(_claimed(log))
    assert {guard["_id"]: guard["count"] for guard in guards().find()} == _counted(log)
    for claim in claims().find({"_id": {"$regex": "^command:"}, "streams": {"$ne": None}}):
        ids = {claim["_id"].removeprefix("command:"), *map(str, claim.get("carried_out", ()))}
        left = {commit.stream: commit.last for commit in log if str(commit.command_id) in ids}
        assert left == ({} if claim.get("unchanged") else claim["streams"]), f"{claim} is torn"


def the_documents_agree() -> None:
    """Every document of every read model with a plain fold of the log."""
    log, counts = whole_log(), Counter[str]()
    assert [line for generation in generations.of_this_process() for line in differences(generation, log, counts)] == []
    assert counts["documents"], "there was nothing to compare"


def _claimed(log: list[Commit]) -> Iterator[str]:
    """Yields what the events of the log have claimed for good, and what streams hold until they let go of it."""
    yield from (CLAIMED[type(fact)](fact) for commit in log for fact in commit.events if type(fact) in CLAIMED)
    for rule in HELD:
        streams = defaultdict(list)
        for commit in _of_these(log, rule.events):
            streams[commit.stream].append(commit)
        yield from (claim for commits in streams.values() for claim in rule.holds(commits))


def _counted(log: list[Commit]) -> dict[str, int]:
    """Returns what every guard must stand at."""
    return {name: count for rule in COUNTED for name, count in rule.counts(_of_these(log, rule.events)).items()}


def _of_these(log: list[Commit], kinds: tuple[type[Event], ...]) -> list[Commit]:
    return [commit for commit in log if any(isinstance(fact, kinds) for fact in commit.events)]
