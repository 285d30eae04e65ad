"""What a person does at the admin: finds the record of a command, fills its form, and sends it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.http import HttpResponse
from django.urls import reverse

from efi.domain.payloads import dump
from efi.staff.commands.forms import CommandForm, initial_for
from efi.staff.commands.verbs import Verb
from efi.staff.records.pages import RecordAdmin
from efi.writing.commands import Command


def record_pages() -> list[RecordAdmin]:
    return [pages for pages in admin.site._registry.values() if isinstance(pages, RecordAdmin)]


def places_of(kind: type[Command]) -> Iterator[tuple[RecordAdmin, Verb]]:
    """Where the admin offers a command."""
    for pages in record_pages():
        yield from ((pages, verb) for verb in pages.verbs if verb.command is kind)


def records_of(pages: RecordAdmin, verb: Verb, command: Command) -> Iterator[Any]:
    """The record that a command is about, or none for one that is given on the list."""
    if verb.new:
        yield None
        return
    for record in pages.model.objects.all():
        known = {**pages.ids_of(record), **verb.known(record)}
        ids = {name: value for name, value in known.items() if hasattr(command, name)}
        if all(str(getattr(command, name)) == str(value) for name, value in ids.items()):
            yield record


def page_with_its_button(pages: RecordAdmin, record: Any) -> str:
    name = f"admin:{pages.opts.app_label}_{pages.opts.model_name}"
    return reverse(f"{name}_change", args=[quote(record.pk)]) if record else reverse(f"{name}_changelist")


def form_address(pages: RecordAdmin, verb: Verb, record: Any) -> str:
    name = f"admin:{pages.opts.app_label}_{pages.opts.model_name}"
    if record:
        return reverse(f"{name}_give", args=[quote(record.pk), verb.name])
    return reverse(f"{name}_give_new", args=[verb.name])


def form_in(answer: HttpResponse) -> CommandForm:
    form: CommandForm = answer.context["form"]
    return form


def sent(form: CommandForm, command: Command | None = None, **changed: object) -> dict[str, object]:
    """What a browser sends of the form, filled with what a command says."""
    begun = {name: form[name].value() for name in form.fields}
    if command:
        begun |= initial_for(type(form), dump(command))
        begun |= {"drawn": str(getattr(command, *form.asking.draws))} if form.asking.draws else {}
    told = {**begun, **changed}
    return {name: value for name, value in told.items() if value not in (None, False)}


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses |= {str(value) for name, value in attrs if name in ("href", "action")}


def links_of(answer: HttpResponse) -> set[str]:
    return Links(answer.content.decode()).addresses
