"""Who may what: a permission per command, the groups that have them, and the check that every endpoint makes."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from efi.domain.errors import NotFound
from efi.writing.commands import HANDLERS, Command, Handled

READ_STREAMS = "efi.read_streams"
READ_RECORDS = "efi.read_records"
OPERATE = "efi.operate"
GRANTS: dict[str, set[str]] = {"operators": {OPERATE}}


def grant(group: str, *commands: type[Command], also: tuple[str, ...] = ()) -> None:
    """Registers what a group may do; the group is made at start. `also`: permissions that are not a command's."""
    GRANTS.setdefault(group, set()).update(HANDLERS[command].permission for command in commands)
    GRANTS[group].update(also)


def handled_as(name: str) -> Handled:
    """Raises `NotFound` for a command that nobody handles."""
    for handled in HANDLERS.values():
        if handled.name == name:
            return handled
    raise NotFound(f"there is no command {name}")


def ensure_groups() -> None:
    """Makes the permissions and groups that are missing; what staff have added to a group since stays."""
    wanted = {handled.permission for handled in HANDLERS.values()} | {READ_STREAMS, READ_RECORDS, OPERATE}
    kept = {f"{app}.{code}": key for app, code, key in _stored()}
    for name in sorted(wanted - kept.keys()):
        app, _, code = name.partition(".")
        content_type, _ = ContentType.objects.get_or_create(app_label=app, model="command")
        kept[name] = Permission.objects.create(codename=code, content_type=content_type, name=code.replace("_", " ")).pk
    for group, names in GRANTS.items():
        known, made = Group.objects.get_or_create(name=group)
        if made or {kept[name] for name in names} - set(known.permissions.values_list("pk", flat=True)):
            known.permissions.add(*(kept[name] for name in names))


def _stored() -> list[tuple[str, str, Any]]:
    rows = Permission.objects.filter(content_type__model="command")
    return list(rows.values_list("content_type__app_label", "codename", "pk"))


class MayGive(BasePermission):
    """The permission of the very command that the address names."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        return request.user.has_perm(handled_as(view.kwargs["name"]).permission)


class MayReadStreams(BasePermission):
    """For auditors: the log as it is."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.has_perm(READ_STREAMS)
