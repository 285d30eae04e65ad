"""Imports of products in the admin: a file is sent, checked, looked at, and then run; pages tell how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminFileFieldWidget

from catalog.imports import exporting, import_runs
from catalog.imports.ignored_columns import IGNORED
from catalog.imports.import_files import MOST_BYTES, MOST_ROWS, READERS
from catalog.imports.import_runs import WORKED_ON, State
from catalog.imports.product_import import OPTIONAL, REQUIRED, Outcome
from efi.domain.errors import NotFound, Refusal
from efi.http.permissions import read_records_of
from efi.log.mongo import Document
from efi.staff.accounts import names_of
from efi.staff.site import PAGES, Page, framed

MOST_LISTED, NOTES_A_PAGE = 50, 200
REGISTERED = (exporting,)


class FileForm(forms.Form):
    """Asks for a file of products."""

    file = forms.FileField(widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(READERS)}))
    submit = forms.BooleanField(label="also submit what is new for approval", required=False)


def import_list(site: Any, request: HttpRequest) -> HttpResponse:
    _must_be_allowed(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, submit = form.cleaned_data["file"], form.cleaned_data["submit"]
        try:
            run = import_runs.begin(file.name, file.chunks(), _asking(request), submit=submit)
            return HttpResponseRedirect(reverse("admin:import", args=[run]))
        except Refusal as refusal:
            form.add_error("file", refusal.detail)
    listed = [_seen(run) for run in import_runs.imports().find().sort("created_at", -1).limit(MOST_LISTED)]
    limits = {"bytes": MOST_BYTES // 1024**2, "rows": MOST_ROWS}
    columns = {"required": REQUIRED, "optional": OPTIONAL, "ignored": IGNORED}
    return framed(site, request, "catalog/imports.html", "Import products", form=form, runs=listed, **columns, **limits)


def one_import(site: Any, request: HttpRequest, run: UUID) -> HttpResponse:
    """Its progress and its notes; a POST has it run or cancels it."""
    _must_be_allowed(request)
    found = _found(run)
    if request.method == "POST":
        try:
            _do(request, run)
        except Refusal as refusal:
            messages.error(request, refusal.detail)
        return HttpResponseRedirect(request.path)
    first = request.GET.get("from", "")
    where = {"run": str(run), "line": {"$gte": int(first) if first.isdecimal() and len(first) < 10 else 0}}
    notes = list(import_runs.notes().find(where).sort([("line", 1), ("_id", 1)]).limit(NOTES_A_PAGE + 1))
    more = notes[NOTES_A_PAGE]["line"] if len(notes) > NOTES_A_PAGE else None
    mine = found["actor"] == str(_asking(request).pk)
    about = {"run": _seen(found), "notes": notes[:NOTES_A_PAGE], "more": more, "first": first, "mine": mine}
    return framed(site, request, "catalog/import.html", found["name"], **about)


def progress(site: Any, request: HttpRequest, run: UUID) -> HttpResponse:
    """The part of the page that changes while it goes on; a page that is over is asked for anew, once."""
    _must_be_allowed(request)
    answer = TemplateResponse(request, "catalog/progress.html", {"run": _seen(_found(run))})
    if _found(run)["state"] not in WORKED_ON:
        answer["HX-Refresh"] = "true"
    return answer


PAGES.extend(
    [
        Page(path="imports/", view=import_list),
        Page(path="imports/<uuid:run>/", view=one_import, called="import"),
        Page(path="imports/<uuid:run>/progress/", view=progress, called="import_progress"),
    ]
)


def _must_be_allowed(request: HttpRequest) -> None:
    """Who may import may look at imports. Raises `PermissionDenied`."""
    if not _asking(request).has_perm(read_records_of("catalog")):
        raise PermissionDenied("not allowed to read records")
    import_runs.must_be_allowed(_asking(request))


def _asking(request: HttpRequest) -> Any:
    return request.user


def _found(run: UUID) -> Document:
    try:
        return import_runs.existing(run)
    except NotFound as error:
        raise Http404(str(error)) from error


def _do(request: HttpRequest, run: UUID) -> None:
    if "cancel" in request.POST:
        import_runs.cancel(run)
    else:
        import_runs.have_run(run, _asking(request))


def _seen(run: Document) -> dict[str, Any]:
    """How an import stands, as pages tell it."""
    runs = run["state"] in (State.RUNNING, State.DONE) or bool(run["done"])
    counts = run["results"] if runs else run["expected"]
    done, rate = run["done"] if runs else run["rows"], 0.0
    rate = done / run["worked"] if run["worked"] else 0.0
    left = timedelta(seconds=round((run["rows"] - done) / rate)) if rate and run["state"] == State.RUNNING else None
    return {
        **{name: run[name] for name in ("name", "state", "rows", "created_at", "submit")},
        "because": run.get("because", ""),
        "id": run["_id"],
        "who": names_of([run["actor"]])[run["actor"]],
        "counts": [(outcome.value, counts.get(outcome, 0)) for outcome in Outcome],
        "good": sum(run["expected"].get(one, 0) for one in (Outcome.NEW, Outcome.CHANGED)),
        "bad": run["expected"].get(Outcome.REFUSED, 0),
        "waiting": counts.get("waiting", 0),
        "runs": runs,
        "done": done,
        "rate": round(rate),
        "left": left,
        "goes_on": run["state"] in WORKED_ON,
        "open": run["state"] in (*WORKED_ON, State.CHECKED),
        "checked": run["state"] == State.CHECKED,
    }
