"""The page of streams that stand aside: each with the event that it fails on, and buttons that retry."""

from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from pymongo.errors import PyMongoError

from efi.http.permissions import OPERATE
from efi.log.mongo import Document
from efi.log.sealing import withheld
from efi.operations import standing_aside
from efi.operations.standing_aside import Aside, Retried
from efi.staff.site import PAGES, Page, framed

MOST_SHOWN = 100


def quarantine_page(site: Any, request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        _retry(request)
        return HttpResponseRedirect(request.path)
    noted = standing_aside.notes()
    shown = [_shown(aside) for aside in standing_aside.told(noted[:MOST_SHOWN])]
    return framed(site, request, "efi/quarantine.html", "Quarantine", asides=shown, number=len(noted))


PAGES.append(
    Page(
        path="operations/quarantine/",
        view=quarantine_page,
        permission=OPERATE,
        title="Quarantine",
        icon="medical_services",
    )
)


def _retry(request: HttpRequest) -> None:
    """Retries one stream by its own button, all of them, or those that are ticked."""
    one = request.POST.get("one")
    wanted = {one} if one else set(request.POST.getlist("chosen"))
    noted = [note for note in standing_aside.notes() if "all" in request.POST or note["_id"] in wanted]
    if not noted:
        messages.warning(request, "nothing was chosen that is still in quarantine")
        return
    try:
        retried = standing_aside.retry(noted)
    except PyMongoError:
        messages.error(request, "the store did not answer in between: see what is left, and try again")
        return
    _say(request, retried)


def _say(request: HttpRequest, retried: list[Retried]) -> None:
    failed = [one for one in retried if one.error]
    if right := len(retried) - len(failed):
        messages.success(request, f"{right} right again")
    if failed:
        first = f"the first of them {failed[0].name} with {failed[0].error}"
        messages.error(request, f"{len(failed)} failed again, {first}")


def _shown(aside: Aside) -> dict[str, Any]:
    note = aside.note
    kept = {name: note[name] for name in ("read_model", "stream", "version", "error", "traceback", "tries", "since")}
    return {**kept, "key": note["_id"], "at": note["at"], "fold": note["fold_version"], "events": _events(aside)}


def _events(aside: Aside) -> list[Document]:
    text = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z
    return [
        {
            "version": event["version"],
            "type": event["type"],
            "schema": event["schema"],
            "data": orjson.dumps(withheld(event["data"]), option=text, default=str).decode(),
        }
        for event in aside.events
    ]
