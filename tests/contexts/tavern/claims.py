"""The claims and guards of the tavern as its log has them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from efi.log.event_store import Commit
from efi.writing.claims import claimed, counted
from tavern.events import CellarClosed, CellarOpened, KegEmptied, KegMoved, KegTapped


@claimed(KegTapped)
def name_of_a_keg(event: KegTapped) -> str:
    return f"keg:{event.name}"


@counted(CellarOpened, CellarClosed, KegTapped, KegMoved, KegEmptied)
def kegs_in_cellars(commits: Iterable[Commit]) -> Mapping[str, int]:
    """Returns how many kegs lie in each cellar that is open."""
    counts, there, places = Counter[UUID](), set[UUID](), dict[str, UUID]()
    for commit in commits:
        for event in commit.events:
            match event:
                case CellarOpened():
                    there.add(event.cellar_id)
                case CellarClosed():
                    there.discard(event.cellar_id)
                case KegTapped() | KegMoved():
                    places[commit.stream] = event.cellar_id
                case KegEmptied():
                    del places[commit.stream]
    counts.update(places.values())
    return {f"cellar:{cellar_id}": counts[cellar_id] for cellar_id in there}
