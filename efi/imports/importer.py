"""What becomes of the rows of a file: the commands that each gives are tried out first, and then given in batches."""

from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, takewhile
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from efi.domain.aggregate import Aggregate
from efi.domain.errors import Refusal, Rejected
from efi.imports.rehearsal import Known, rehearse
from efi.imports.tables import shortened
from efi.writing import claims
from efi.writing.batch_dispatch import Apart, Order, dispatch_together
from efi.writing.commands import Command, Receipt, command_id_of
from efi.writing.dispatch import dispatch

Orders = Generator[Order, None, None]
LONGEST_SHOWN, SHOWN_BEFORE = 200, 40
MOST_KNOWN = 1_000
"""How many streams that commands look at, such as suppliers, a check remembers."""


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """What a field is before an import and after it, as texts."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a row, or would become of it, and why not all of it; `waiting`: for a second person."""

    line: int
    outcome: Outcome
    name: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    waiting: bool = False
    given: tuple[tuple[Order, Receipt], ...] = ()
    """The orders that were carried out."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Which import it is, whose, of which file, and what was asked for besides."""

    run: UUID
    actor: str
    file: str
    options: frozenset[str] = frozenset()


class Parsed(Protocol):
    """A row as its kind of import has read it."""

    @property
    def line(self) -> int: ...


R = TypeVar("R", bound=Parsed)


class Importer(Generic[R]):
    """The rows of one file. A kind of import says what each of them gives, and what else is to be noted of it."""

    gives: ClassVar[tuple[type[Command], ...]] = ()
    """The kinds of commands that a row may give, whatever is asked for besides."""
    in_sequence: ClassVar[bool] = False
    """Whether a check judges each row upon what those before it would have done."""

    def __init__(self, terms: Terms, header: Iterable[str]) -> None:
        self.terms, self.columns = terms, set(header)
        self._remarks: dict[int, str] = {}
        self._changed: dict[int, list[Change]] = {}
        self._known: Known = {}
        self._borrowed: list[Aggregate] = []

    def look_up(self, rows: Sequence[R]) -> None:
        """Finds out at once what the orders of all these rows depend on."""

    def orders(self, row: R) -> Orders:
        """Yields what a row gives, one order after the other, each once that before it was carried out.

        A refusal is raised where the order was yielded: what catches it goes on. May raise a `Refusal` of its own.
        """
        raise NotImplementedError

    def is_new(self, row: R) -> bool:
        """Tells whether a row makes something that is not there yet; such rows are given all together."""
        return True

    def group(self, row: R) -> str:
        """Returns what rows share whose commands would wait for each other: they are given one after the other."""
        return ""

    def name_of(self, row: R) -> str:
        """Returns what people call that which a row is about."""
        return ""

    def change(self, row: R, field: str, before: object, after: object) -> None:
        """Tells what the next order of a row changes, by field; what stays the same is left out."""
        if (texts := (_text(before), _text(after)))[0] != texts[1]:
            self._changed.setdefault(row.line, []).append(Change(field, *_where_they_differ(*texts)))

    def refused(self, refusal: Refusal) -> str:
        """Says why an order was refused."""
        return refusal.detail

    def remark(self, row: R, text: str) -> None:
        """Notes something of a row, unless it is refused."""
        self._remarks[row.line] = text

    def order(self, row: R, command: Command) -> Order:
        """Returns the command as this import gives it: however often it is taken up again, it is carried out once."""
        return Order(command=command, actor=self.terms.actor, key=self._key(row))

    def id_of(self, row: R, kind: type[Command]) -> UUID:
        """Returns the id of the command of this kind that a row gives."""
        return command_id_of(kind, self.terms.actor, self._key(row))

    def _key(self, row: R) -> str:
        return f"import:{self.terms.run}:{row.line}"

    def foresee(self, rows: Sequence[R]) -> list[Result]:
        """Returns what would become of rows by the commands' own rules; nothing is written."""
        self.look_up(rows)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        return [self._foresee(row) for row in rows]

    def take(self, rows: Sequence[R], workers: Executor) -> list[Result]:
        """Gives the orders of rows: of what is new all together, of the rest side by side, group by group."""
        self.look_up(rows)
        done = self._take_together([row for row in rows if self.is_new(row)])
        groups: dict[str, list[R]] = {}
        for row in rows:
            if row.line not in done:
                groups.setdefault(self.group(row), []).append(row)
        taken = workers.map(lambda group: [self._take(row) for row in group], groups.values())
        return sorted(chain(done.values(), *taken), key=lambda result: result.line)

    def _foresee(self, row: R) -> Result:
        try:
            orders = list(self.orders(row))
            events = rehearse(orders, self._known, self._borrowed if self.in_sequence else [])
        except Refusal as refusal:
            return self._result(row, Outcome.REFUSED, [refusal])
        outcome = _outcome(orders) if orders else Outcome.SAME
        return self._result(row, outcome, waiting=any(event.answer for event in events))

    def _take_together(self, rows: Sequence[R]) -> Mapping[int, Result]:
        """Returns what came of rows given all together; nothing where one did not go through with the others."""
        going = [(row, self.orders(row)) for row in rows]
        given: dict[int, list[tuple[Order, Receipt]]] = {row.line: [] for row in rows}
        try:
            while wave := [(row, orders, order) for row, orders in going if (order := next(orders, None))]:
                receipts = dispatch_together([order for _, _, order in wave])
                for (row, _, order), receipt in zip(wave, receipts, strict=True):
                    given[row.line].append((order, receipt))
                going = [(row, orders) for row, orders, _ in wave]
        except (Refusal, Apart):
            return {}
        return {row.line: self._taken(row, given[row.line], []) for row in rows}

    def _take(self, row: R) -> Result:
        orders, refusals = self.orders(row), list[Refusal]()
        given: list[tuple[Order, Receipt]] = []
        order = _next(orders, refusals)
        while order:
            try:
                receipt = dispatch(order.command, actor=order.actor, key=order.key)
            except Refusal as refusal:
                order = _next(orders, refusals, refusal)
                continue
            given.append((order, receipt))
            order = _next(orders, refusals)
        return self._taken(row, given, refusals)

    def _taken(self, row: R, given: Sequence[tuple[Order, Receipt]], refusals: Sequence[Refusal]) -> Result:
        outcome = Outcome.SAME
        if given:
            outcome = _outcome(order for order, _ in given)
        elif refusals:
            outcome = Outcome.REFUSED
        elif claims.were_given(self.id_of(row, kind) for kind in self.gives):
            outcome = Outcome.CHANGED  # by this very import, before it was stopped
        waiting = any(receipt.status for _, receipt in given)
        return self._result(row, outcome, refusals, waiting=waiting, given=tuple(given))

    def _result(self, row: R, outcome: Outcome, refusals: Iterable[Refusal] = (), **more: Any) -> Result:
        remark, changes = self._remarks.pop(row.line, ""), self._changed.pop(row.line, [])
        notes = dict.fromkeys([*map(self.refused, refusals), *([remark] if remark else [])])
        if outcome is Outcome.REFUSED:
            notes.pop(remark, None)
            changes.clear()
        about: dict[str, Any] = {"line": row.line, "name": self.name_of(row), "changes": tuple(changes)}
        return Result(**about, outcome=outcome, notes=tuple(notes), **more)


def must_say(said: Container[str], columns: Iterable[str]) -> None:
    """Raises `Rejected` where a row says nothing of what something new must have."""
    if lacking := [f"{column} is empty" for column in columns if column not in said]:
        raise Rejected("; ".join(lacking), code="cell_empty")


def _next(orders: Orders, refusals: list[Refusal], refused: Refusal | None = None) -> Order | None:
    """Returns what a row gives next, once it has heard of a refusal; None where that is all. Keeps the refusals."""
    if refused:
        refusals.append(refused)
    try:
        return orders.throw(refused) if refused else next(orders)
    except StopIteration:
        return None
    except Refusal as refusal:
        refusals += [refusal] if refusal is not refused else []
        return None


def _where_they_differ(*texts: str) -> Iterator[str]:
    """Yields both as they are, or, of long ones, a passage from shortly before the first difference on."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False))
    first = max(0, sum(1 for _ in alike) - SHOWN_BEFORE) if max(map(len, texts)) > LONGEST_SHOWN else 0
    return ("…" * bool(first) + shortened(text[first:], LONGEST_SHOWN) for text in texts)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
    return str(value)


def _outcome(orders: Iterable[Order]) -> Outcome:
    return Outcome.NEW if any(order.creates for order in orders) else Outcome.CHANGED
