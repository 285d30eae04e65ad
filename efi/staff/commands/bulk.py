"""One command on many records at once: the page that asks, and the page that says what became of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from efi.domain.errors import Refusal, Unavailable
from efi.staff.commands.forms import CommandForm, form_for
from efi.staff.commands.giving import give
from efi.staff.commands.page import address_of, must_be_open, page_context, verb_of
from efi.staff.commands.verbs import Verb

MOST_CHOSEN = 500


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the command on one record."""

    record: Any
    address: str
    said: str
    done: bool


def begin(verb: Verb) -> Callable[[Any, HttpRequest, Any], HttpResponse]:
    """Returns the action of the list that shows the form; nothing is done yet."""

    def ask(pages: Any, request: HttpRequest, chosen: Any) -> HttpResponse:
        must_be_open(pages, request, verb)
        records = _chosen(pages, request)
        form = _form(pages, request, verb, records[0])() if records else None
        return _asked(pages, request, verb, records, form)

    return ask


def give_on_many(pages: Any, request: HttpRequest, name: str) -> HttpResponse:
    verb = verb_of(pages, name, new=False)
    must_be_open(pages, request, verb)
    records = _chosen(pages, request)
    if request.method != "POST" or not verb.bulk or not records:
        return HttpResponseRedirect(address_of(pages, "changelist"))
    forms = [_form(pages, request, verb, record)(request.POST) for record in records]
    if wrong := next((form for form in forms if not form.is_valid()), None):
        return _asked(pages, request, verb, records, wrong)
    outcomes = list(_given(pages, request, forms, records))
    done = sum(one.done for one in outcomes)
    about = {"verb": verb, "outcomes": outcomes, "done": done, "refused": len(outcomes) - done}
    return _page(pages, request, "efi/outcomes.html", about, verb)


def _chosen(pages: Any, request: HttpRequest) -> list[Any]:
    keys = list(dict.fromkeys(request.POST.getlist(ACTION_CHECKBOX_NAME)))[:MOST_CHOSEN]
    found = pages.get_queryset(request).select_related(*pages.list_select_related).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _form(pages: Any, request: HttpRequest, verb: Verb, record: Any) -> type[CommandForm]:
    return form_for(verb.command, verb.asking(pages.ids_of(record), record), request)


def _given(pages: Any, request: HttpRequest, forms: list[CommandForm], records: list[Any]) -> Iterator[Outcome]:
    for form, record in zip(forms, records, strict=True):
        about = {"record": record, "address": address_of(pages, "change", record)}
        try:
            given = give(form.command, request.user, f"{form.cleaned_data['idempotency_key']} {record.pk}")
        except (Refusal, Unavailable) as refusal:
            yield Outcome(**about, said=str(refusal), done=False)
            continue
        yield Outcome(**about, said=given.happened or "it was so already", done=True)


def _asked(pages: Any, request: HttpRequest, verb: Verb, records: list[Any], form: CommandForm | None) -> HttpResponse:
    about = [(record, pages.in_hand(record, verb)) for record in records]
    chosen = {"records": records, "chosen": about, "checkbox": ACTION_CHECKBOX_NAME, "explained": verb.explained}
    asked = {"form": form, "verb": verb, **chosen, "address": address_of(pages, "give_many", None, verb.name)}
    return _page(pages, request, "efi/many.html", asked, verb)


def _page(pages: Any, request: HttpRequest, template: str, about: dict[str, Any], verb: Verb) -> HttpResponse:
    context = {**page_context(pages, request, None), **about, "title": verb.words}
    return TemplateResponse(request, template, {**context, "back": address_of(pages, "changelist")})
