"""The page on which operators see the generations of read models and have one built anew."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from efi.http.permissions import OPERATE
from efi.log import event_store
from efi.log.mongo import Document
from efi.operations.rebuilding import generation_list
from efi.operations.rebuilding.generation_list import ListedGeneration
from efi.reading import failures, freshness
from efi.reading.projections import READ_MODELS
from efi.staff.site import PAGES, Page, framed

DOES = {"rebuild": (), "back": ("--back",), "clean": ("--clean",)}
"""The options of `manage.py rebuild` by button."""
ASKS = {
    "rebuild": ("Build anew", "All commits of its streams are read again, which takes time and loads the store."),
    "back": ("Go back to the one before", "What serves now is kept as the one before."),
    "clean": ("Drop the one before", "Builds that were given up go with it, and there is no way back to either."),
}
"""What each button is called, and what is to be known before it is pressed for good."""


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """Shows the page; a POST asks whether that is meant, and begins it once it is `sure`. The choice stays."""
    if request.method != "POST":
        chosen = request.GET.get("name", "")
        return framed(site, request, "efi/rebuild.html", "Read models", models=list(_shown()), chosen=chosen, asks=ASKS)
    name, what = request.POST.get("name"), request.POST.get("what")
    if name not in READ_MODELS or what not in DOES:
        raise Http404
    back = f"{reverse('admin:operations_rebuild')}?name={name}"
    if refusal := _refusal(name, what):
        messages.error(request, refusal)
    elif "sure" not in request.POST:
        button, about = ASKS[what]
        shown = next(one for one in _shown() if one["name"] == name)
        asked = {"model": shown, "what": what, "button": button, "about": about, "back": back}
        return framed(site, request, "efi/rebuild_ask.html", f"{button}: {name}", **asked)
    else:
        begin(name, what)
        messages.success(request, f"{what} of {name} has begun")
    return HttpResponseRedirect(back)


def progress(site: Any, request: HttpRequest) -> HttpResponse:
    """Returns the part of the page that changes while a build goes on."""
    return TemplateResponse(request, "efi/rebuild_progress.html", {"models": list(_shown())})


def begin(name: str, what: str) -> None:
    """Starts `manage.py rebuild` as a process of its own, which goes on when this process is restarted.

    It stores in the build why it stopped; what keeps it from beginning goes to this process's error output.
    """
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rebuild", name, "--verbosity=0", *DOES[what]]
    environment = os.environ | {"MONGODB_URI": settings.MONGODB_URI, "MONGODB_NAME": settings.MONGODB_NAME}
    subprocess.Popen(  # noqa: S603 - of known names
        command,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _refusal(name: str, what: str) -> str:
    """Returns why it cannot begin, or "" if it can."""
    model = READ_MODELS[name]
    if model.version in generation_list.held(model, freshness.present()):
        return f"{name} is being built already"
    if what == "back" and generation_list.previous_name(model) is None:
        return f"{name} has no generation to go back to"
    return ""


def _shown() -> Iterator[dict[str, Any]]:
    found: dict[str, dict[str, ListedGeneration]] = {}
    for one in generation_list.listed():
        if one.model in READ_MODELS and one.version == READ_MODELS[one.model].version:
            found.setdefault(one.model, {})[one.role] = one
    present = freshness.present()
    for name, model in sorted(READ_MODELS.items()):
        roles = found.get(name, {})
        serves, building = roles.get("serves"), roles.get("building")
        yield {
            "name": name,
            "version": model.version,
            "serves": serves,
            "failing": failures.count(serves.name) if serves else 0,
            "previous": roles.get("previous"),
            "build": _build(building.build, generation_list.is_held(building.build, present)) if building else None,
        }


def _build(build: Document, goes_on: bool) -> dict[str, Any]:
    """Returns how far a build is; while it scans, also the rate and the time left."""
    step, total, done = build.get("step", "beginning"), build["total"], build["commits"]
    spent = (event_store.now() - build["since"]).total_seconds()
    rate = (done - build.get("before", 0)) / spent if spent else 0
    scans = goes_on and step == "scanning"
    return {
        "step": step,
        "total": total,
        "done": done,
        "rate": round(rate) if scans else 0,
        "left": timedelta(seconds=round((total - done) / rate)) if scans and rate else None,
        "goes_on": goes_on,
        "said": build.get("said", ""),
    }


PAGES.extend(
    [
        Page(path="operations/rebuild/", view=page, permission=OPERATE, title="Read models", icon="layers"),
        Page(path="operations/rebuild/progress/", view=progress, permission=OPERATE),
    ]
)
