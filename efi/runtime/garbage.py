"""Makes Python's garbage collector run seldom in a process that holds many objects."""

import gc

NEW = 10_000
"""Objects that are made, and not gone, between two looks at what is new; by itself Python looks after 700."""


def collect_seldom() -> None:
    """Leaves what is loaded by now out of later collections.

    To be called once a process has loaded what it works with.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW)
