"""Template filters for the shop's words."""

from datetime import datetime

from django import template

from readmodels.shop import words

register = template.Library()
register.filter("minute", words.minute)


@register.filter
def instant(moment: datetime) -> str:
    """Returns a moment for machines, to the minute that is shown."""
    return moment.isoformat(timespec="minutes").replace("+00:00", "Z")
