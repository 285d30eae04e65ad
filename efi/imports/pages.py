"""The admin's pages of imports: a file is sent, checked, looked at, and then run; they tell how far it is."""

from collections.abc import Callable
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

from efi.domain.errors import NotFound, Refusal
from efi.imports import runs
from efi.imports.files import MOST_BYTES, MOST_ROWS, READERS
from efi.imports.importer import Outcome
from efi.imports.kinds import KINDS, Kind
from efi.imports.runs import WORKED_ON, State
from efi.log.mongo import Document
from efi.staff.accounts import names_of
from efi.staff.site import PAGES, Page, framed

MOST_LISTED, A_PAGE = 50, 200


class FileForm(forms.Form):
    """Asks for a file, and for what its kind of import offers besides."""

    file = forms.FileField(widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(READERS)}))

    def __init__(self, kind: Kind, *said: Any) -> None:
        super().__init__(*said)
        for option in kind.options:
            self.fields[option.name] = forms.BooleanField(label=option.label, required=False)

    @property
    def options(self) -> list[Any]:
        return [self[name] for name in self.fields if name != "file"]

    @property
    def chosen(self) -> list[str]:
        return [one.name for one in self.options if self.cleaned_data[one.name]]


def leads_to(kind: Kind, request: HttpRequest) -> list[dict[str, Any]]:
    """Returns what leads from a list of records to their import, for whoever may."""
    shown = {"title": "import a file", "icon": "upload_file", "link": f"{reverse('admin:imports')}?of={kind.name}"}
    return [shown] if kind.is_for(request.user) else []


def import_list(site: Any, request: HttpRequest) -> HttpResponse:
    """Shows the imports of one kind, `?of=products`, and takes a file in; without a kind, the first that one may."""
    kinds = sorted((kind for kind in KINDS.values() if _is_for(kind, request)), key=lambda kind: kind.place)
    named = [kind for kind in kinds if kind.name == request.GET.get("of", kind.name)]
    if not named:
        raise PermissionDenied("not allowed to import")
    kind, asking = named[0], _asking(request)
    form = FileForm(kind, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = runs.begin(kind, file.name, file.chunks(), asking, form.chosen)
            return HttpResponseRedirect(reverse("admin:import", args=[run]))
        except Refusal as refusal:
            form.add_error("file", refusal.detail)
    newest = runs.imports().find({"kind": kind.name}).sort("created_at", -1).limit(MOST_LISTED)
    shown = {"kind": kind, "others": [one for one in kinds if one is not kind], "runs": map(_seen, newest)}
    limits = {"bytes": MOST_BYTES // 1024**2, "rows": MOST_ROWS}
    return framed(site, request, "efi/imports.html", kind.title, form=form, **shown, **limits)


def one_import(site: Any, request: HttpRequest, run: UUID) -> HttpResponse:
    """Shows an import's progress and its notes; a POST has it run or cancels it."""
    found = _found(request, run)
    if request.method == "POST":
        try:
            _do(request, run)
        except Refusal as refusal:
            messages.error(request, refusal.detail)
        return HttpResponseRedirect(request.path)
    notes, more = _page(runs.notes_of, found, request.GET.get("from", ""))
    changes, more_changes = _page(runs.changes_of, found, request.GET.get("changes", ""))
    mine = found["actor"] == str(_asking(request).pk)
    about = {"run": _seen(found), "notes": notes, "more": more, "mine": mine}
    about |= {"changes": changes, "more_changes": more_changes}
    about["may_cancel"] = runs.may_cancel(found, _asking(request))
    return framed(site, request, "efi/import.html", found["name"], **about)


def progress(site: Any, request: HttpRequest, run: UUID) -> HttpResponse:
    """Shows what changes while an import goes on; where it is over, the page is asked for anew, once."""
    found = _found(request, run)
    answer = TemplateResponse(request, "efi/import_progress.html", {"run": _seen(found)})
    if found["state"] not in WORKED_ON:
        answer["HX-Refresh"] = "true"
    return answer


PAGES.extend(
    [
        Page(path="imports/", view=import_list),
        Page(path="imports/<uuid:run>/", view=one_import, called="import"),
        Page(path="imports/<uuid:run>/progress/", view=progress, called="import_progress"),
    ]
)


def _is_for(kind: Kind, request: HttpRequest) -> bool:
    """Tells whether the asking account may import, and so look at imports."""
    return bool(_asking(request).has_perm(kind.read_records)) and kind.is_for(_asking(request))


def _asking(request: HttpRequest) -> Any:
    return request.user


def _found(request: HttpRequest, run: UUID) -> Document:
    """Raises `Http404`, and `PermissionDenied`."""
    try:
        found = runs.existing(run)
    except NotFound as error:
        raise Http404(str(error)) from error
    if found["kind"] not in KINDS:
        raise Http404(f"there are no imports of {found['kind']} here")
    if not _is_for(KINDS[found["kind"]], request):
        raise PermissionDenied("not allowed to import")
    return found


def _page(of: Callable[..., list[Document]], run: Document, first: str) -> tuple[list[Document], int | None]:
    """Returns what there is of lines from `first` on, as much as a page shows, and with which line the next begins."""
    found = of(run, int(first) if first.isdecimal() and len(first) < 10 else 0, A_PAGE + 1)
    return found[:A_PAGE], found[A_PAGE]["line"] if len(found) > A_PAGE else None


def _do(request: HttpRequest, run: UUID) -> None:
    if "cancel" in request.POST:
        runs.have_cancelled(run, _asking(request))
    else:
        runs.have_run(run, _asking(request))


def _seen(run: Document) -> dict[str, Any]:
    """Returns how an import stands, as pages tell it."""
    is_run = run["state"] in (State.RUNNING, State.DONE) or bool(run["done"])
    counts = run["results"] if is_run else run["expected"]
    done = run["done"] if is_run else run["rows"]
    rate = done / run["worked"] if run["worked"] else 0.0
    left = timedelta(seconds=round((run["rows"] - done) / rate)) if rate and run["state"] == State.RUNNING else None
    return {
        **{name: run[name] for name in ("name", "state", "rows", "created_at")},
        "because": run.get("because", ""),
        "id": run["_id"],
        "who": names_of([run["actor"]])[run["actor"]],
        "kind": run["kind"],
        "options": [one.told for one in KINDS[run["kind"]].options if one.name in run["options"]],
        "counts": [(outcome.value, counts.get(outcome, 0)) for outcome in Outcome],
        "good": sum(run["expected"].get(one, 0) for one in (Outcome.NEW, Outcome.CHANGED)),
        "bad": run["expected"].get(Outcome.REFUSED, 0),
        "waiting": counts.get("waiting", 0),
        "runs": is_run,
        "done": done,
        "rate": round(rate),
        "left": left,
        "goes_on": run["state"] in WORKED_ON,
        "open": run["state"] in (*WORKED_ON, State.CHECKED),
        "checked": run["state"] == State.CHECKED,
    }
