"""What the tavern's events are made of, and how much of it there may be."""

from enum import StrEnum

MOST_PINTS = 900
MOST_STARS = 5


class TabStatus(StrEnum):
    """What has become of a tab."""

    OPEN = "open"
    SETTLED = "settled"
    LAPSED = "lapsed"
