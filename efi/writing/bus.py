"""The in-process bus: tells receivers in this process of what has just been committed."""

import logging

from django.dispatch import Signal

committed = Signal()
"""Sent with `receipt` and `commits`, after the acknowledgement. What must not be lost follows the log instead."""

logger = logging.getLogger(__name__)


def send(sender: type, **news: object) -> None:
    """Tells every receiver; one that raises is logged and stops no other."""
    for receiver, outcome in committed.send_robust(sender=sender, **news):
        if isinstance(outcome, Exception):
            logger.error("%r failed on %s", receiver, sender.__name__, exc_info=outcome)
