"""Who may change what an account or a group is allowed, and which such changes wait for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from django.contrib.auth.models import Group, Permission

from efi.accounts.obliged import requires_second_factor
from efi.http.permissions import AGREE_TO_RIGHTS
from efi.models import User
from efi.staff.decisions import DECISIONS

requires_second_factor(AGREE_TO_RIGHTS, "efi.add_user", "efi.change_user", "efi.delete_user", "auth.change_group")


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What an account is allowed, besides permissions of its own, which the admin does not change."""

    active: bool
    staff: bool
    superuser: bool
    groups: tuple[str, ...]

    @classmethod
    def of(cls, account: User) -> Self:
        names = account.groups.values_list("name", flat=True)
        flags = {"active": account.is_active, "staff": account.is_staff, "superuser": account.is_superuser}
        return cls(**flags, groups=tuple(sorted(names)))


def names_of(permissions: Any) -> frozenset[str]:
    """Returns the names of permissions as code asks for them: `catalog.change_price`."""
    return frozenset(f"{app}.{code}" for app, code in permissions.values_list("content_type__app_label", "codename"))


def permissions_of(account: User, rights: Rights) -> frozenset[str]:
    """Returns the names of what an account with these rights may do, a superuser's flag aside."""
    if not rights.active:
        return frozenset()
    own = names_of(account.user_permissions.all())
    return own | names_of(Permission.objects.filter(group__name__in=rights.groups))


def of_second_persons() -> frozenset[str]:
    """Returns the permissions by which one decides on what another has asked for."""
    return frozenset({AGREE_TO_RIGHTS, *(decision.yes.permission for decision in DECISIONS.values())})


def is_second_person(account: User, rights: Rights) -> bool:
    """Tells whether an account with these rights may decide on what others ask for."""
    return bool(rights.active and (rights.superuser or permissions_of(account, rights) & of_second_persons()))


def why_not(acting: User, account: User, after: Rights) -> str:
    """Returns why somebody may not give an account these rights, or "": nobody gives what they do not hold."""
    before = Rights.of(account)
    if acting.is_superuser or before == after:
        return ""
    if before.superuser or after.superuser:
        return "only superusers change what superusers may do, or make another one"
    return lacking(acting, permissions_of(account, after) - permissions_of(account, before))


def lacking(acting: User, given: Iterable[str]) -> str:
    """Returns the refusal of permissions that somebody gives without holding them, or ""."""
    missing = [] if acting.is_superuser else sorted({*given} - acting.get_all_permissions())
    told = [*missing[:3], *(["and more"] if len(missing) > 3 else [])]
    return f"you do not hold what this would give: {', '.join(told)}" if missing else ""


def waits(acting: User, account: User, after: Rights) -> bool:
    """Tells whether a change of rights needs a second person: one's own, and those of second persons."""
    before = Rights.of(account)
    return before != after and (
        acting.pk == account.pk or is_second_person(account, before) or is_second_person(account, after)
    )


def concerns(acting: User, group: Group, permissions: Iterable[str]) -> bool:
    """Tells whether a group with these permissions is one of somebody's own, or one of second persons."""
    own = bool(group.pk) and acting.groups.filter(pk=group.pk).exists()
    return own or bool({*permissions} & of_second_persons())


def why_no_password(acting: User, account: User) -> str:
    """Returns why somebody may not set an account's password, or "": whoever sets it can act as that account."""
    if acting.pk == account.pk:
        return ""
    rights = replace(Rights.of(account), active=True)
    if is_second_person(account, rights):
        return (
            "whoever may agree to what others ask for sets their password themselves;"
            " if it is lost, `manage.py changepassword` sets another"
        )
    return lacking(acting, permissions_of(account, rights))
