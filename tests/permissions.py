"""Permissions by the names that commands and grants have for them, such as `catalog.change_price`."""

from collections.abc import Collection

from django.contrib.auth.models import Permission


def permissions(names: Collection[str]) -> list[Permission]:
    """Raises `KeyError` for a name that none has."""
    known = {f"{one.content_type.app_label}.{one.codename}": one for one in Permission.objects.select_related()}
    return [known[name] for name in names]
