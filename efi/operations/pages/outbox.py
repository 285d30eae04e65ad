"""The page of mails: what was sent to whom and when, and what waits; never what a mail says."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from efi.http.permissions import OPERATE, SEE_RECIPIENTS
from efi.log.mongo import Document
from efi.mails.outbox import ASKED, GIVEN_UP, HELD_BACK, SENT, TO_NOBODY, WAITING, outbox, read
from efi.staff.site import PAGES, Page, framed

MOST_SHOWN = 200
STATES = {
    ASKED: "to be written",
    WAITING: "waits",
    SENT: "sent",
    HELD_BACK: "held back: too many for one address",
    TO_NOBODY: "for nobody",
    GIVEN_UP: "given up",
}


def outbox_page(site: Any, request: HttpRequest) -> HttpResponse:
    """Lists the newest mails. To whom they went is shown to those alone who may see it."""
    asking: Any = request.user
    sees = asking.has_perm(SEE_RECIPIENTS)
    found = list(outbox().find().sort("asked_at", -1).limit(MOST_SHOWN))
    about = {"mails": [_shown(one, sees=sees) for one in found], "sees": sees}
    return framed(site, request, "efi/outbox.html", "Mails", **about, number=outbox().estimated_document_count())


PAGES.append(Page(path="operations/mails/", view=outbox_page, permission=OPERATE, title="Mails", icon="outgoing_mail"))


def _shown(one: Document, *, sees: bool) -> Document:
    to = read(one, "to") if sees else None
    return {
        "kind": one["kind"].removeprefix("mail_").replace("_", " "),
        "to": to["to"] if to else "",
        "state": STATES[one["state"]],
        "asked_at": one["asked_at"],
        "sent_at": one.get("sent_at"),
        "tries": one["tries"],
    }
