"""Tells the followers of a read model about documents that were written without a notification."""

import logging
from collections.abc import Iterable, Iterator

from efi.reading import followers
from efi.reading.catching_up import NEWEST
from efi.reading.followers import Follower, Outage
from efi.reading.generation_names import copies
from efi.reading.projections import Generation, identity_in

logger = logging.getLogger(__name__)


def ring(generation: Generation, streams: Iterable[str]) -> None:
    """Tells the followers of a generation that the documents of these streams may have been written."""
    rung = dict.fromkeys(streams, NEWEST)
    followers.run_hooks(generation, {identity_in(stream) for stream in rung})
    for follower in _fed_from(generation):
        try:
            follower.answer(rung)
        except Outage as error:
            logger.warning("%s was not told, and is told by its next sweep: %s", follower.name, error)


def _fed_from(generation: Generation) -> Iterator[Follower]:
    """Yields the followers that copy a generation's documents: their names end with its name."""
    return (one for one in followers.followers() if copies(one.name, generation.name))
