"""How often Python looks for what nobody refers to any more: in a process that holds much, seldom."""

import gc

NEW = 10_000
"""Objects that are made, and not gone, between two looks at what is new; by itself Python looks after 700."""


def collect_seldom() -> None:
    """Once a process has loaded what it works with: that is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW)
