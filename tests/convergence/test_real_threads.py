"""The same with real threads, which nobody directs: relays, readers that catch up, and a live stream of commands."""

from collections import Counter
from collections.abc import Callable
from random import Random
from threading import Event, Thread

from efi.delivery import relay
from efi.delivery.relay import Relay
from efi.domain.errors import Refusal
from efi.log.event_store import Commit
from efi.reading import catching_up, generations
from efi.reading.catching_up import NEWEST
from efi.reading.projections import READ_MODELS
from efi.writing import bus
from efi.writing.dispatch import dispatch
from tests.convergence import comparison, reference
from tests.convergence.histories import Clock, Drawer, Known
from tests.convergence.plays import empty_the_shop

GIVERS, READERS, RELAYS = 3, 3, 2
COMMANDS, MOST_ORDERS = 200, 2_000


class Live:
    """What the threads share, and what went wrong in one of them."""

    def __init__(self) -> None:
        self.known, self.counts = Known(), Counter[str]()
        self.errors: list[BaseException] = []
        self.over = Event()

    def give(self, number: int) -> None:
        rng = Random(number)
        drawer = Drawer(rng, self.known, Clock(rng), likely=lambda order, log: True)
        while self.counts["commands"] < COMMANDS and drawer.given.total() < MOST_ORDERS:
            order = drawer.order()
            drawer.clock.go_on()
            try:
                dispatch(order.command, actor=order.actor, at=order.at)
            except Refusal:
                self.counts["refused"] += 1

    def read(self, number: int) -> None:
        """As a reader does who is to see the newest."""
        rng = Random(number)
        while not self.over.is_set():
            model = READ_MODELS[rng.choice(list(READ_MODELS))]
            streams = [stream for stream in list(self.known.log) if model.follows(stream)]
            some = rng.sample(streams, min(len(streams), rng.choice((1, 2, 5))))
            catching_up.catch_up(generations.live(model.name), dict.fromkeys(some, NEWEST))
            self.counts["reads"] += 1

    def hear(self, commits: list[Commit], **rest: object) -> None:
        self.known.learn(commits)
        self.counts["commands"] += 1

    def thread(self, work: Callable[..., object], *args: object) -> Thread:
        def guarded() -> None:
            try:
                work(*args)
            except BaseException as error:
                self.errors.append(error)

        started = Thread(target=guarded, daemon=True)
        started.start()
        return started


def test_relays_and_readers_at_work_during_a_stream_of_commands(in_earnest: None, say: Callable[[str], None]) -> None:
    empty_the_shop()
    live = Live()
    bus.committed.connect(live.hear)
    around = [live.thread(Relay(live.over).run) for _ in range(RELAYS)]
    around += [live.thread(live.read, number) for number in range(READERS)]
    for giver in [live.thread(live.give, number) for number in range(GIVERS)]:
        giver.join()
    live.over.set()
    for thread in around:
        thread.join()
    bus.committed.disconnect(live.hear)
    relay.sweep()
    log = reference.whole_log()
    wrong = [line for one in generations.of_this_process() for line in comparison.differences(one, log, live.counts)]
    say("real threads: " + ", ".join(f"{live.counts[name]} {name}" for name in ("commands", "reads", "documents")))
    assert not live.errors
    assert not wrong, "\n".join(wrong)
    assert len(log) >= COMMANDS
