"""Permissions: one for each command, the groups that have them, and the check that every endpoint makes."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from efi.domain.aggregate import AGGREGATES
from efi.domain.errors import NotFound
from efi.writing.commands import HANDLERS, Command, Handled

KERNEL = "efi"
READ_STREAMS = "efi.read_streams"
OPERATE = "efi.operate"
AGREE_TO_RIGHTS = "efi.agree_to_rights"
"""That of second persons who say yes or no to changes of what accounts and groups may do."""
SEE_RECIPIENTS = "efi.see_recipients"
"""Without it, the page of mails leaves out to whom they went."""
GRANTS: dict[str, set[str]] = {"operators": {OPERATE}}
OWNERS: set[type[Command]] = set()
"""The commands that everybody who is signed in may give on what is their own."""
AT_DOORS: set[type[Command]] = set()
"""The commands that nobody gives by name: a door gives each, once somebody has proven what it takes."""
REPLACED: dict[str, str] = {}
"""Permissions that releases before had another for, by their names."""
UNFINISHED = "being carried over"


def grant(group: str, *commands: type[Command], also: tuple[str, ...] = ()) -> None:
    """Registers what a group may do; the group is made at start. `also`: permissions that are not a command's."""
    GRANTS.setdefault(group, set()).update(HANDLERS[command].permission for command in commands)
    GRANTS[group].update(also)


def grant_to_owners(*commands: type[Command]) -> None:
    """Registers what everybody who is signed in may do to what is their own, and what a permission opens for all."""
    OWNERS.update(commands)


def keep_to_doors(*commands: type[Command]) -> None:
    """Registers what only a door of its own gives, such as signing up: it has no permission, and no address."""
    AT_DOORS.update(commands)


def given_by_name() -> list[Handled]:
    """Returns by their names the commands that somebody may have the permission of."""
    return sorted((HANDLERS[kind] for kind in HANDLERS.keys() - AT_DOORS), key=lambda handled: handled.name)


def read_records_of(context: str) -> str:
    """Returns the permission to read a context's records: `catalog.read_records`."""
    return f"{context}.read_records"


def replaces(old: str, new: str) -> None:
    """Registers a permission that is given once, when it is made, to whoever holds the one that it replaces."""
    REPLACED[new] = old


def may_give(account: Any, kind: type[Command]) -> bool:
    """Tells whether an account may give a command, be it on what is their own alone."""
    return bool(account.is_active and (account.has_perm(HANDLERS[kind].permission) or kind in OWNERS))


def has_permission_for(account: Any, kind: type[Command]) -> bool:
    """Tells whether an account has the permission of a command, which is what staff's pages and imports ask for.

    They are about what is everybody's, so that being able to give a command on what is one's own opens none of them.
    """
    return bool(account.is_active and account.has_perm(HANDLERS[kind].permission))


def owner_who_gives(account: Any, kind: type[Command]) -> UUID | None:
    """Returns the account where it may give a command only as an owner; None where its permission lets it.

    Raises `PermissionDenied` where it may not at all.
    """
    if not may_give(account, kind):
        raise PermissionDenied(f"not allowed to {HANDLERS[kind].name}")
    owner: UUID = account.pk
    return None if account.has_perm(HANDLERS[kind].permission) else owner


def handled_as(name: str) -> Handled:
    """Returns the command of a name; raises `NotFound` if there is none that is given by name."""
    for handled in given_by_name():
        if handled.name == name:
            return handled
    raise NotFound(f"there is no command {name}")


def ensure_groups() -> None:
    """Makes the permissions and groups that are missing; what staff have added to a group stays."""
    given = {handled.permission for handled in given_by_name()}
    read = {read_records_of(permission.partition(".")[0]) for permission in given}
    of_the_kernel = {READ_STREAMS, OPERATE, AGREE_TO_RIGHTS, SEE_RECIPIENTS}
    _make(given.union(read, of_the_kernel, *GRANTS.values()) - _stored().keys())
    known = set(Group.objects.values_list("name", flat=True))
    Group.objects.bulk_create(Group(name=name) for name in sorted(GRANTS.keys() - known))
    kept, groups = _stored(), dict(Group.objects.values_list("name", "pk"))
    wanted = {(groups[group], kept[name]) for group, names in GRANTS.items() for name in names}
    held = Group.permissions.through
    wanted -= set(held.objects.values_list("group_id", "permission_id"))
    held.objects.bulk_create(held(group_id=group, permission_id=permission) for group, permission in wanted)


def _stored() -> dict[str, Any]:
    apps = dict(ContentType.objects.filter(model="command").values_list("pk", "app_label"))
    rows = Permission.objects.filter(content_type_id__in=list(apps)).exclude(name=UNFINISHED)
    return {f"{apps[kind]}.{code}": key for kind, code, key in rows.values_list("content_type_id", "codename", "pk")}


def _make(names: set[str]) -> None:
    """Makes permissions. One that replaces another has its name only once all who hold that have been given it."""
    apps = {name.partition(".")[0] for name in names}
    types = {app: ContentType.objects.get_or_create(app_label=app, model="command")[0] for app in sorted(apps)}
    for name in sorted(names & REPLACED.keys()):
        app, _, code = name.partition(".")
        begun, _ = Permission.objects.get_or_create(
            codename=code, content_type=types[app], defaults={"name": UNFINISHED}
        )
        _carry_over(REPLACED[name], begun)
        begun.name = _in_words(code)
        begun.save()
    parts = [name.partition(".") for name in sorted(names - REPLACED.keys())]
    Permission.objects.bulk_create(
        Permission(codename=code, content_type=types[app], name=_in_words(code)) for app, _, code in parts
    )


def _in_words(code: str) -> str:
    return code.replace("_", " ")


def _carry_over(old: str, new: Permission) -> None:
    """Gives a permission to the accounts and groups that hold another, which they keep: older processes ask for it."""
    app, _, code = old.partition(".")
    for held in Permission.objects.filter(content_type__app_label=app, content_type__model="command", codename=code):
        new.user_set.add(*held.user_set.all())
        new.group_set.add(*held.group_set.all())


class MayGive(BasePermission):
    """Lets by who has the permission of the command that the address names, or may give it as an owner."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and may_give(request.user, handled_as(view.kwargs["name"]).kind)


class MayReadStreams(BasePermission):
    """Lets auditors by, who may read the log, to the streams of contexts whose records they may read."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        made = AGGREGATES.get(view.kwargs["stream"].partition(":")[0])
        context = made.__module__.partition(".")[0] if made else KERNEL
        wanted = {READ_STREAMS} if context == KERNEL else {READ_STREAMS, read_records_of(context)}
        return request.user.is_authenticated and request.user.has_perms(wanted)
