"""What kind of value a JSON value is, so that a template may show it."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def kind_of(value: Any) -> str:
    """Returns members, list, nothing or plain."""
    if value is None or value in ("", [], {}):
        return "nothing"
    return "members" if isinstance(value, dict) else "list" if isinstance(value, list) else "plain"
