"""The page of reactions: events of which a command was refused, with buttons that try again or let it be."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from efi.delivery.reactions import REACTIONS, refused
from efi.domain.errors import NotFound
from efi.http.permissions import OPERATE
from efi.log.mongo import Document
from efi.reading.followers import Outage
from efi.staff.site import PAGES, Page, framed

MOST_SHOWN = 100


def reactions_page(site: Any, request: HttpRequest) -> HttpResponse:
    """Lists what was refused; a POST names one event, to be tried again or let be."""
    if request.method == "POST":
        _do(request)
        return HttpResponseRedirect(request.path)
    found = list(refused().find().sort([("since", 1), ("_id", 1)]).limit(MOST_SHOWN))
    shown = [{**one, "key": one["_id"]} for one in found]
    return framed(site, request, "efi/reactions.html", "Reactions", refused=shown, number=refused().count_documents({}))


PAGES.append(
    Page(path="operations/reactions/", view=reactions_page, permission=OPERATE, title="Reactions", icon="reply_all")
)


def _do(request: HttpRequest) -> None:
    found = refused().find_one({"_id": request.POST.get("one", "")})
    if not found:
        messages.warning(request, "this one is answered already")
    elif "let_be" in request.POST and found["fails"]:
        messages.error(request, "its stream waits for a mended release")
    elif "let_be" in request.POST:
        refused().delete_one({"_id": found["_id"]})
        messages.success(request, f"{found['stream']} {found['version']} is let be")
    else:
        _try_again(request, found)


def _try_again(request: HttpRequest, found: Document) -> None:
    if found["reaction"] not in REACTIONS:
        messages.error(request, f"there is no reaction {found['reaction']} any more")
        return
    try:
        REACTIONS[found["reaction"]].try_again(found["stream"], found["version"])
    except (NotFound, Outage) as error:
        messages.error(request, str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the reaction is told
        messages.error(request, f"the reaction fails: {error!r}")
    else:
        left = refused().find_one({"_id": found["_id"]})
        messages.error(request, left["refusals"][0]) if left else messages.success(request, "done")
