"""Makes Python's garbage collector run seldom in a process that holds many objects."""

import gc

NEW = 10_000
"""New objects between two collections of the youngest generation; Python's own default is 700."""


def collect_seldom() -> None:
    """Leaves what is loaded by now out of later collections.

    To be called once a process has loaded what it works with.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW)
