"""Permissions by the names that commands and grants have for them, such as `catalog.change_price`."""

from collections.abc import Collection

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType


def permissions(names: Collection[str]) -> list[Permission]:
    """Raises `KeyError` for a name that none has."""
    apps = dict(ContentType.objects.values_list("pk", "app_label"))
    known = {f"{apps[one.content_type_id]}.{one.codename}": one for one in Permission.objects.all()}
    return [known[name] for name in names]
