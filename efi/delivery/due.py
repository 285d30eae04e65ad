"""What falls due: commands for each document of a read model whose time has come, until nothing of it is left."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from efi.delivery.schedule import Job, apart, every, stopping
from efi.domain.errors import Refusal
from efi.reading import generations
from efi.reading.projections import READ_MODELS, Index
from efi.writing.commands import Command
from efi.writing.dispatch import dispatch

CommandFor = Callable[[str], Command]
BY_DUE: Index = [("due", 1)]
"""The index by which a read model finds its documents that are due."""
SCHEDULE = "schedule"
"""The actor of what the clock brings about."""
logger = logging.getLogger(__name__)


def when_due(read_model: str, *, period: timedelta = timedelta(seconds=10)) -> Callable[[CommandFor], Job]:
    """Registers which command to give for a document that is due, by its id; returns the job that gives them.

    The document holds in `due` the moment from which the command finds something to do, or null. It only says what to
    ask: the aggregate decides, by the command's time, so that asking too early or twice changes nothing. What one
    command leaves, as it is more than a commit holds, the next sees to in the same run, after the other documents.
    Raises `ValueError` where the read model has no index `BY_DUE`.
    """
    if BY_DUE not in READ_MODELS[read_model].indexes:
        raise ValueError(f"{read_model} has no index by what is due")

    def register(command_for: CommandFor) -> Job:
        @every(period)
        @wraps(command_for)
        def give_all(at: datetime) -> None:
            reached, waiting = dict[str, int](), _due(read_model, at)
            while waiting:
                before = dict(reached)
                for identity in waiting:
                    if stopping.is_set():
                        return
                    _give(command_for, identity, at, reached)
                waiting = [one for one in _due(read_model, at) if reached.get(one) != before.get(one)]

        return give_all

    return register


def _due(read_model: str, at: datetime) -> list[str]:
    found = generations.live(read_model).stored.find({"due": {"$lte": at}}, {"_id": 1}).sort("due")
    return [document["_id"] for document in found]


def _give(command_for: CommandFor, identity: str, at: datetime, reached: dict[str, int]) -> None:
    """Gives one command, and notes the version to which it brings its stream.

    That it is refused or fails keeps no other waiting, unless the store is away.
    """
    with apart(command_for.__name__, identity):
        try:
            reached[identity] = dispatch(command_for(identity), actor=SCHEDULE, at=at).version
        except Refusal as refusal:
            logger.warning("%s of %s is refused: %s", command_for.__name__, identity, refusal.code)
