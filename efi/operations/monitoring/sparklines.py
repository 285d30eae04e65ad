"""Small curves for a page, drawn on the server, each with words for those who do not see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 120.0, 28.0, 2.0
Value = float | None


@dataclass(frozen=True)
class Sparkline:
    """What was known at even steps of time; where nothing was, the curve has a gap."""

    values: Sequence[Value]
    told: Callable[[float], str]
    span: str

    @property
    def words(self) -> str:
        known = [value for value in self.values if value is not None]
        if not known:
            return f"nothing in the last {self.span}"
        lowest, highest, last = (self.told(value) for value in (min(known), max(known), known[-1]))
        return f"in the last {self.span} from {lowest} to {highest}, last {last}"

    @property
    def curves(self) -> list[str]:
        """The points of each piece without a gap, from 0 at the bottom to the highest at the top."""
        return [" ".join(piece) for piece in self._pieces()]

    def _pieces(self) -> Iterator[list[str]]:
        top = max((value for value in self.values if value is not None), default=0.0) or 1.0
        piece: list[str] = []
        for place, value in enumerate([*self.values, None]):
            if value is not None:
                piece.append(f"{self._across(place):.1f},{HEIGHT - MARGIN - value / top * (HEIGHT - 2 * MARGIN):.1f}")
            elif piece:
                # A lone point is a dash: a line of no length is not seen.
                yield (
                    piece
                    if len(piece) > 1
                    else [piece[0], f"{self._across(place - 1) + 1:.1f},{piece[0].split(',')[1]}"]
                )
                piece = []

    def _across(self, place: int) -> float:
        return place * (WIDTH - 2) / max(1, len(self.values) - 1)
