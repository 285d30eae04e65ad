"""Permissions: one for each command, the groups that have them, and the check that every endpoint makes."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from efi.domain.errors import NotFound
from efi.writing.commands import HANDLERS, Command, Handled

READ_STREAMS = "efi.read_streams"
READ_RECORDS = "efi.read_records"
OPERATE = "efi.operate"
GRANTS: dict[str, set[str]] = {"operators": {OPERATE}}
OWNERS: set[type[Command]] = set()
"""The commands that everybody who is signed in may give on what is their own."""


def grant(group: str, *commands: type[Command], also: tuple[str, ...] = ()) -> None:
    """Registers what a group may do; the group is made at start. `also`: permissions that are not a command's."""
    GRANTS.setdefault(group, set()).update(HANDLERS[command].permission for command in commands)
    GRANTS[group].update(also)


def grant_to_owners(*commands: type[Command]) -> None:
    """Registers what everybody who is signed in may do to what is their own, and what a permission opens for all."""
    OWNERS.update(commands)


def may_give(account: Any, kind: type[Command]) -> bool:
    """Tells whether an account may give a command, be it on what is their own alone."""
    return bool(account.is_active and (account.has_perm(HANDLERS[kind].permission) or kind in OWNERS))


def owner_who_gives(account: Any, kind: type[Command]) -> UUID | None:
    """Returns the account where it may give a command only as an owner; None where its permission lets it.

    Raises `PermissionDenied` where it may not at all.
    """
    if not may_give(account, kind):
        raise PermissionDenied(f"not allowed to {HANDLERS[kind].name}")
    owner: UUID = account.pk
    return None if account.has_perm(HANDLERS[kind].permission) else owner


def handled_as(name: str) -> Handled:
    """Returns the command of a name; raises `NotFound` if nobody handles one."""
    for handled in HANDLERS.values():
        if handled.name == name:
            return handled
    raise NotFound(f"there is no command {name}")


def ensure_groups() -> None:
    """Makes the permissions and groups that are missing; what staff have added to a group stays."""
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
    """The permission of the very command that the address names, or that it is an owner's to give."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and may_give(request.user, handled_as(view.kwargs["name"]).kind)


class MayReadStreams(BasePermission):
    """For auditors: the log as it is."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.has_perm(READ_STREAMS)
