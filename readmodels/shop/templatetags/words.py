"""Words that only templates need."""

from datetime import datetime

from django import template

from readmodels.shop import words

register = template.Library()
register.filter("minute", words.minute)


@register.filter
def instant(moment: datetime) -> str:
    """For machines, to the minute that is shown."""
    return moment.isoformat(timespec="minutes").replace("+00:00", "Z")
