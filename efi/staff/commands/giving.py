"""Gives a command for a member of staff: checks the permission, dispatches, and catches up what the pages show."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from efi.http.answers import catch_up_to
from efi.http.giving import give_as
from efi.http.permissions import has_permission_for
from efi.log import event_store
from efi.log.event_store import Commit
from efi.reading import generations
from efi.staff.histories import event_in_words
from efi.writing import claims
from efi.writing.commands import HANDLERS, Command, Receipt, command_id_of


@dataclass(frozen=True, kw_only=True)
class Given:
    """A command that was carried out, and its commits; there are none if nothing was to change."""

    receipt: Receipt
    commits: list[Commit]

    @property
    def happened(self) -> str:
        """Returns the events that were recorded, in words; "" if nothing was to change."""
        events = ", ".join(dict.fromkeys(event_in_words(event) for commit in self.commits for event in commit.events))
        return f"{events}; it waits for a second person" if self.waits else events

    @property
    def waits(self) -> bool:
        return self.receipt.status == "pending_approval"


def give(command: Command, account: Any, key: str) -> Given:
    """Dispatches a command for an account, and brings the records up to date with it. The same key does it once.

    Raises `PermissionDenied`, and whatever `dispatch` raises.
    """
    if not has_permission_for(account, type(command)):
        raise PermissionDenied(f"not allowed to {HANDLERS[type(command)].name}")
    receipt = give_as(account, command, key=key)
    shown = [fed for fed in generations.of_this_process() if fed.model.view is not None]
    catch_up_to(receipt.streams, shown)
    command_id = command_id_of(type(command), str(account.pk), key)
    commits = event_store.find(list(receipt.streams), command_id, *claims.carried_out_by(command_id))
    return Given(receipt=receipt, commits=commits)
