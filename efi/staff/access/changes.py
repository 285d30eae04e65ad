"""Changes of rights that wait for a second person: asked for, agreed to and carried out, or declined."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils import timezone

from efi.accounts import second_factor
from efi.domain.errors import NotFound, Rejected
from efi.domain.proposals import must_be_another
from efi.models import ChangeOfRights, User
from efi.staff.access import rights
from efi.staff.access.rights import Rights

FACTOR = "second factor"
Told = Mapping[str, Any]
CarryOut = Callable[[], None]


def ask_for_account(account: User, after: Rights, by: User) -> ChangeOfRights:
    """Keeps the rights that an account is to have; what waited for it before is replaced."""
    return _ask(ChangeOfRights.Kind.ACCOUNT, account, account.email, _told(Rights.of(account)), _told(after), by)


def ask_for_group(group: Group, after: Iterable[str], by: User) -> ChangeOfRights:
    """Keeps the permissions that a group is to have; what waited for it before is replaced."""
    before = {"permissions": sorted(rights.names_of(group.permissions.all()))}
    return _ask(ChangeOfRights.Kind.GROUP, group, group.name, before, {"permissions": sorted(after)}, by)


def ask_for_factor_reset(account: User, by: User) -> ChangeOfRights:
    """Keeps that an account is to be without its second factor, whose owner has lost it."""
    return _ask(ChangeOfRights.Kind.FACTOR, account, account.email, {FACTOR: True}, {FACTOR: False}, by)


def agree(change: ChangeOfRights, by: User) -> None:
    """Carries a change out, as the second person.

    Raises `Rejected` where that is no second person, where the rights have changed since it was asked for, or where
    whoever asked may not give them any more, and `NotFound` where it waits no longer.
    """
    must_be_another(str(by.pk), change.asked_by, "who asked for it does not agree to it")
    must_be_another(str(by.pk), change.holder, "nobody agrees to rights of their own")
    carry_out = CARRIED_OUT[ChangeOfRights.Kind(change.kind)](change)
    _decide(change, ChangeOfRights.State.AGREED, by)
    carry_out()


def decline(change: ChangeOfRights, by: User) -> None:
    """Ends a change that waits; who asked for it may do so, too. Raises `NotFound` where it waits no longer."""
    _decide(change, ChangeOfRights.State.DECLINED, by)


def differences(change: ChangeOfRights) -> str:
    """Returns what a change would do, in words: `groups: + approvers; superuser: yes`."""
    return "; ".join(f"{name}: {said}" for name, said in _differences(change.before, change.after))


def _differences(before: Told, after: Told) -> Iterator[tuple[str, str]]:
    for name, value in after.items():
        if isinstance(value, bool):
            if value != before[name]:
                yield name, "yes" if value else "no"
            continue
        more, less = sorted({*value} - {*before[name]}), sorted({*before[name]} - {*value})
        if more or less:
            yield name, ", ".join([*(f"+ {one}" for one in more), *(f"− {one}" for one in less)])


def _told(one: Rights) -> Told:
    return {**asdict(one), "groups": list(one.groups)}


def _ask(
    kind: ChangeOfRights.Kind, holder: User | Group, name: str, before: Told, after: Told, by: User
) -> ChangeOfRights:
    key = str(holder.pk)
    made = ChangeOfRights.objects.create(
        kind=kind, holder=key, holder_name=name, before=before, after=after, asked_by=str(by.pk)
    )
    older = ChangeOfRights.objects.filter(kind=kind, holder=key, state=ChangeOfRights.State.WAITING)
    older.exclude(pk=made.pk).update(state=ChangeOfRights.State.REPLACED)
    return made


def _decide(change: ChangeOfRights, state: ChangeOfRights.State, by: User) -> None:
    decided = {"state": state, "decided_by": str(by.pk), "decided_at": timezone.now()}
    if not ChangeOfRights.objects.filter(pk=change.pk, state=ChangeOfRights.State.WAITING).update(**decided):
        raise NotFound(f"what {change.holder_name} is to be allowed waits no longer")


def _on_account(change: ChangeOfRights) -> CarryOut:
    """Returns what changes the account; raises `Rejected` where it is not to be."""
    account, asking = User.objects.filter(pk=change.holder).first(), _who_asked(change)
    if account is None or _told(Rights.of(account)) != change.before:
        raise Rejected(f"the rights of {change.holder_name} have changed since: ask anew", code="outdated")
    after = Rights(**{**change.after, "groups": tuple(change.after["groups"])})
    if refusal := rights.why_not(asking, account, after):
        raise Rejected(f"who asked for it may not give this any more: {refusal}", code="not_held")
    groups = list(Group.objects.filter(name__in=after.groups))
    if len(groups) < len(after.groups):
        raise Rejected("a group that it names is no more: ask anew", code="outdated")

    def carry_out() -> None:
        flags = {"is_active": after.active, "is_staff": after.staff, "is_superuser": after.superuser}
        User.objects.filter(pk=account.pk).update(**flags)
        account.groups.set(groups)
        if not after.active:
            account.sign_out()

    return carry_out


def _on_group(change: ChangeOfRights) -> CarryOut:
    """Returns what changes the group; raises `Rejected` where it is not to be."""
    group, asking = Group.objects.filter(pk=change.holder).first(), _who_asked(change)
    before, after = change.before["permissions"], change.after["permissions"]
    if group is None or sorted(rights.names_of(group.permissions.all())) != before:
        raise Rejected(f"the permissions of {change.holder_name} have changed since: ask anew", code="outdated")
    if refusal := rights.lacking(asking, {*after} - {*before}):
        raise Rejected(f"who asked for it may not give this any more: {refusal}", code="not_held")
    named = [Q(content_type__app_label=app, codename=code) for app, _, code in (one.partition(".") for one in after)]
    return partial(group.permissions.set, [Permission.objects.get(one) for one in named])


def _on_factor(change: ChangeOfRights) -> CarryOut:
    """Returns what takes the second factor away, and ends the account's sessions, whoever has them."""
    account = User.objects.filter(pk=change.holder).first()
    if account is None:
        raise Rejected(f"{change.holder_name} is no more", code="outdated")

    def carry_out() -> None:
        second_factor.remove(account.pk)
        account.sign_out()

    return carry_out


CARRIED_OUT = {
    ChangeOfRights.Kind.ACCOUNT: _on_account,
    ChangeOfRights.Kind.GROUP: _on_group,
    ChangeOfRights.Kind.FACTOR: _on_factor,
}


def _who_asked(change: ChangeOfRights) -> User:
    """Returns the account that asked; raises `Rejected` where it is switched off, or is no more."""
    asking = User.objects.filter(pk=change.asked_by, is_active=True).first()
    if asking is None:
        raise Rejected("who asked for it may do nothing any more", code="not_held")
    return asking
