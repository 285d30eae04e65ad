"""The in-process bus: tells whoever in this process wants to know at once of what has just been committed."""

import logging

from django.dispatch import Signal

committed = Signal()
"""Sent with `receipt` and `commits`, after the acknowledgement. What must not be lost follows the log instead."""

logger = logging.getLogger(__name__)


def tell(sender: type, **news: object) -> None:
    """A receiver that fails is logged and harms nobody."""
    for receiver, outcome in committed.send_robust(sender=sender, **news):
        if isinstance(outcome, Exception):
            logger.error("%r failed on %s", receiver, sender.__name__, exc_info=outcome)
