"""Pages beside a record: its history, its state as of any event, and the documents made of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bson import json_util
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from efi.domain.aggregate import AGGREGATES
from efi.http.permissions import read_records_of
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import generations
from efi.reading.projections import Fold, Generation, ReadModel, identity_in
from efi.staff import moments
from efi.staff.accounts import names_of
from efi.staff.commands.fields import in_words
from efi.staff.commands.page import address_of, page_context
from efi.staff.histories import A_PAGE, Change, Kept, Path, entries, state_at
from efi.staff.references import REFERRED, called, may_read

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(rf"{DAY.pattern}T\d{{2}}:\d{{2}}")


def tabs(pages: Any, record: Any, here: str) -> list[dict[str, Any]]:
    """Returns the links to a record's pages, with the one marked that is open."""
    shown = [{"title": "record", "link": address_of(pages, "change", record), "active": here == "record"}]
    for at, kept in enumerate(pages.kept(record)):
        link = address_of(pages, "history", record) + (f"?of={at}" if at else "")
        shown.append({"title": kept.title, "link": link, "active": here == kept.title})
    link = address_of(pages, "document", record)
    return [*shown, {"title": "documents", "link": link, "active": here == "documents"}]


def history(pages: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    record = _with_a_past(pages, request, object_id)
    kept, at = _kept(pages, record, request)
    number = _number(request.GET.get("p", ""), 1)
    shown, many = entries(kept, number)
    names = _names(pages, request, record, [one for entry in shown for one in _texts(entry.changes)])
    who = names_of({entry.actor for entry in shown})
    rows = [
        {
            "entry": entry,
            "who": who[entry.actor],
            "changes": [_shown(change, names, kept) for change in entry.changes if _means(change, names)],
            "as_of": address_of(pages, "as_of", record, str(entry.version)) + f"?of={at}",
        }
        for entry in shown
    ]
    paged = Paginator(range(many), A_PAGE)
    numbers = list(paged.get_elided_page_range(min(number, paged.num_pages)))
    about = {"rows": rows, "many": many, "number": number, "numbers": numbers, "of": at}
    return _page(pages, request, record, "efi/history.html", about, kept.title)


def as_of(pages: Any, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
    record = _with_a_past(pages, request, object_id)
    kept, at = _kept(pages, record, request)
    head, held = event_store.head(kept.stream), event_store.holding(kept.stream, version)
    if held is None or version > head:
        raise Http404(f"{kept.stream} has no version {version}")
    state = state_at(kept, version)
    values = [Change(path=path, after=value) for path, value in state.items()]
    names = _names(pages, request, record, _texts(values))
    rows = [(_way(one.path, names, kept), _said(one.after, names)) for one in values if _means(one, names)]
    commit = event_store.decode(held)
    about = {"rows": rows, "version": version, "commit": commit, "who": names_of([commit.actor])[commit.actor]}
    links = {
        name: address_of(pages, "as_of", record, str(other)) + f"?of={at}"
        for name, other in (("earlier", version - 1), ("later", version + 1))
        if 1 <= other <= head
    }
    return _page(pages, request, record, "efi/as_of.html", {**about, **links, "head": head}, kept.title)


def documents(pages: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    record = _with_a_past(pages, request, object_id)
    streams = list(dict.fromkeys(kept.stream for kept in pages.kept(record)))
    heads = {stream: event_store.head(stream) for stream in streams}
    shown = [
        _document(
            generation, record, {stream: head for stream, head in heads.items() if generation.model.follows(stream)}
        )
        for generation in generations.of_this_process()
        if any(map(generation.model.follows, streams)) and _may_read(request, generation.model)
    ]
    first = sorted(shown, key=lambda one: one["name"] != pages.read_model)
    return _page(pages, request, record, "efi/documents.html", {"documents": first}, "documents")


def _with_a_past(pages: Any, request: HttpRequest, object_id: str) -> Any:
    """Returns a record; raises `PermissionDenied` for those who may not see what it was."""
    record = pages.record_at(request, object_id)
    pages.must_show_its_past(request, record)
    return record


def _may_read(request: HttpRequest, model: ReadModel) -> bool:
    """Tells whether somebody may read the records of every context whose streams a read model is made of."""
    asking: Any = request.user
    contexts = {AGGREGATES[kind].__module__.partition(".")[0] for kind in model.kinds}
    return all(asking.has_perm(read_records_of(context)) for context in contexts)


def _document(generation: Generation, record: Any, heads: Mapping[str, int]) -> Document:
    """Returns what a read model holds of the record, and how far that has read its streams."""
    identities = {identity_in(stream) for stream in heads}
    found = list(generation.facts.find({"_id": {"$in": list(identities)}}))
    seen = {kind: version for one in found for kind, version in one["_seen"].items()}
    read = [(stream, seen.get(stream.partition(":")[0], 0), head) for stream, head in heads.items()]
    if not isinstance(generation.model, Fold):
        found = list(generation.stored.find({"_id": record.pk}))
    about = {"name": generation.model.name, "version": generation.model.version, "read": read}
    behind = any(version < head for _, version, head in read)
    return {**about, "behind": behind, "text": "\n".join(map(_pretty, found)) or "nothing of it"}


def _pretty(document: Document) -> str:
    return str(json_util.dumps(document, indent=2, json_options=json_util.RELAXED_JSON_OPTIONS, ensure_ascii=False))


def _kept(pages: Any, record: Any, request: HttpRequest) -> tuple[Kept, int]:
    streams, at = pages.kept(record), _number(request.GET.get("of", ""), 0)
    if at >= len(streams):
        raise Http404("it has no such history")
    return streams[at], at


def _number(text: str, least: int) -> int:
    return max(least, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else least


def _texts(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        yield from change.path
        for value in (change.before, change.after):
            yield from map(str, value if isinstance(value, list) else [value])


def _names(pages: Any, request: HttpRequest, record: Any, texts: Iterable[str]) -> dict[str, str]:
    """Returns what the ids among them are called: people, what the page's record knows, and records one may read."""
    keys = {text for text in texts if ID.fullmatch(text)}
    names = names_of(keys)
    for model in {model for model in REFERRED.values() if may_read(request, model)}:
        names |= {key: name for key, name in called(model, list(keys)) if name != key}
    return {**names, **pages.names_around(record)}


def _means(change: Change, names: Mapping[str, str]) -> bool:
    """Returns whether a change tells a reader anything; one between ids without names does not."""
    values = [str(value) for value in (change.before, change.after) if value is not None]
    return not values or any(not ID.fullmatch(names.get(text, text)) for text in values)


def _shown(change: Change, names: Mapping[str, str], kept: Kept) -> dict[str, object]:
    return {
        "way": _way(change.path, names, kept),
        "before": _said(change.before, names),
        "after": _said(change.after, names),
        "changed": change.kept and change.before not in (None, "", []),
    }


def _way(path: Path, names: Mapping[str, str], kept: Kept) -> str:
    steps = [step for step in path if step != kept.unsaid] or path
    return capfirst(": ".join(names.get(step, in_words(step)) for step in steps))


def _said(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(one, names) for one in value) or "-"
    if value in (None, ""):
        return "-"
    text = str(value)
    return names.get(text) or _day_or_moment(text) or text.replace("_", " ")


def _day_or_moment(text: str) -> str:
    """Returns a day or a moment of the log as staff read it; "" for any other text."""
    if MOMENT.match(text):
        return moments.moment(datetime.fromisoformat(text))
    return moments.day(date.fromisoformat(text)) if DAY.fullmatch(text) else ""


def _page(pages: Any, request: HttpRequest, record: Any, template: str, about: Document, here: str) -> HttpResponse:
    context = {**page_context(pages, request, record), **about, **pages.around(request, record, here), "title": here}
    return TemplateResponse(request, template, context)
