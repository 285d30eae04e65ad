"""Commands tried out by their own handlers, one after the other; nothing is written."""

from collections.abc import Iterable

from pymongo.read_concern import ReadConcern

from efi.domain.aggregate import AGGREGATES, Aggregate
from efi.domain.context import made_by
from efi.domain.events import Event
from efi.log.mongo import client
from efi.writing.batch_dispatch import Order
from efi.writing.commands import HANDLERS, checked
from efi.writing.unit import Unit, Writes, working

Known = dict[str, Aggregate]


def rehearse(orders: Iterable[Order], known: Known, borrowed: list[Aggregate]) -> list[Event]:
    """Returns the events that the orders would leave, each judged upon what those before it have done.

    Raises the first refusal. Whether a claim is still free is not looked at. `known` keeps what the commands look at
    and leave as it is, for the next rehearsal; `borrowed` what they change, where the next is to be judged upon it.
    """
    had = {aggregate.stream: len(aggregate.pending) for aggregate in borrowed}
    with client().start_session() as session:
        # Whatever a handler writes by itself is taken back as the session ends.
        session.start_transaction(ReadConcern("snapshot"))
        for order in orders:
            unit = Unit(context=order.context, session=session, borrowed=borrowed, looked_at=known, writes=Writes())
            with working(unit):
                HANDLERS[type(order.command)].handler(checked(order.command, unit.context.at), unit.context)
                unit.must_not_have_gone_on()
            if order.creates:
                # Nothing of what is new is in the log, so that nothing of it has to be looked for there.
                empty = [kind(id=made_by(order.id)) for kind in AGGREGATES.values()]
                borrowed += [one for one in empty if not unit.held(one.stream)]
        return [event for one in borrowed for event in one.pending[had.get(one.stream, 0) :]]
