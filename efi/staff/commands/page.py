"""The page on which a command is given: its form, what became of it, and the record as it is then."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from efi.domain.errors import Refusal, Unavailable
from efi.log import event_store
from efi.staff.accounts import names_of
from efi.staff.commands.fields import in_words
from efi.staff.commands.forms import SUPPLIED_BY, CommandForm, form_for, initial_for
from efi.staff.commands.giving import Given, give
from efi.staff.commands.verbs import Told, Verb


class CommandPage:
    """The page of one command on one record, or on none if it makes something new."""

    def __init__(self, pages: Any, request: HttpRequest, verb: Verb, record: Any) -> None:
        self.pages, self.request, self.verb, self.record = pages, request, verb, record
        must_be_open(pages, request, verb)
        ids = pages.ids_of(record) if record else {}
        self.form_class = form_for(verb.command, verb.asking(ids, record), request)
        self.ways: list[tuple[str, str]] = []

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._render(self.form_class(initial=self._filled()))
        form = self.form_class(self.request.POST, self.request.FILES)
        valid = form.is_valid()
        if not (self._still_about_the_same(form) and valid and self._still_as_seen(form)):
            return self._render(form)
        try:
            given = give(form.command, self.request.user, form.cleaned_data["idempotency_key"])
        except (Refusal, Unavailable) as refusal:
            form.refuse(refusal)
            self.ways = list(self._ways_to(form, getattr(refusal, "missing", ())))
            return self._render(form)
        return self._done(form, given)

    def _ways_to(self, form: CommandForm, missing: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yields what is missing with the address of the field in which it is said, on another form, and back here."""
        offered = {verb.command: verb for verb in self.pages.offered(self.request, new=False)}
        for name in missing:
            kind, field = SUPPLIED_BY.get(name, (None, ""))
            if kind in offered and field not in form.fields:
                page = address_of(self.pages, "give", self.record, offered[kind].name)
                yield in_words(name), f"{page}?{urlencode({'then': self.request.path})}#id_{field}"

    def _filled(self) -> dict[str, object]:
        filled = self.verb.filled(self.record or self.request.GET)
        hidden = {"seen": self._head() if filled else None, "settled": self.form_class.about()}
        return {**initial_for(self.form_class, filled), **hidden}

    def _still_about_the_same(self, form: CommandForm) -> bool:
        """Returns whether the form is still about what was shown, such as the same proposal.

        Else adds an error to it.
        """
        settled = self.form_class.about()
        if form.data.get("settled", "") == settled:
            return True
        form.say_again(settled=settled)
        form.add_error(
            None, "what this was about has been replaced since you opened it: look at it, then send it again"
        )
        return False

    def _still_as_seen(self, form: CommandForm) -> bool:
        """Returns whether the record is as it was when the form was opened.

        Else adds an error that says who changed it.
        """
        seen, head = form.cleaned_data["seen"], self._head()
        if seen is None or seen == head:
            return True
        *_, last = event_store.read(self._stream(), seen)
        form.say_again(seen=head)
        who = names_of([last.actor])[last.actor]
        form.add_error(None, f"{who} has changed this since you opened it: look at it again, then send it again")
        return False

    def _stream(self) -> str:
        streams = self.pages.kept(self.record) if self.record else ()
        return streams[0].stream if streams else ""

    def _head(self) -> int:
        """Returns the version of the record's own stream, or 0 if it shares its stream: that changes all the time."""
        return event_store.head(self._stream()) if ":" in self._stream() else 0

    def _done(self, form: CommandForm, given: Given) -> HttpResponse:
        key = str(self.record.pk) if self.record else self.verb.lands(form.command, given.receipt)
        record = self.pages.get_object(self.request, key)
        say_what_happened(self.request, record or self.record or "", given)
        asked = self.request.POST.get("then", "")
        if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
            return HttpResponseRedirect(asked)
        shown = address_of(self.pages, "change", record) if record else address_of(self.pages, "changelist")
        return HttpResponseRedirect(shown)

    def _render(self, form: CommandForm) -> HttpResponse:
        back = address_of(self.pages, "change", self.record) if self.record else address_of(self.pages, "changelist")
        then = self.request.POST.get("then") or self.request.GET.get("then", "")
        about = {"form": form, "verb": self.verb, "explained": self.verb.explained, "then": then, "back": back}
        about["ways"] = self.ways
        about["told"] = told_before(self.pages, self.verb, self.record) if self.record else ()
        around = self.pages.around(self.request, self.record, "") if self.record else {}
        context = {**page_context(self.pages, self.request, self.record), **about, **around, "title": self.verb.words}
        return TemplateResponse(self.request, "efi/command.html", {**context, "media": form.media})


def told_before(pages: Any, verb: Verb, record: Any) -> Told:
    """Returns what one should know of a record before giving a command on it."""
    return [*pages.in_hand(record, verb), *verb.tells(record)]


def must_be_open(pages: Any, request: HttpRequest, verb: Verb) -> None:
    """Raises `PermissionDenied` for those who are not offered the verb or may not see the records."""
    if not (pages.has_view_permission(request) and verb in pages.offered(request, new=verb.new)):
        raise PermissionDenied(f"not allowed to {verb.name}")


def verb_of(pages: Any, name: str, *, new: bool) -> Verb:
    for verb in pages.verbs:
        if (verb.name, verb.new) == (name, new):
            return verb  # type: ignore[no-any-return]
    raise Http404(f"there is no {name} here")


def give_on_list(pages: Any, request: HttpRequest, name: str) -> HttpResponse:
    return CommandPage(pages, request, verb_of(pages, name, new=True), None).answer()


def give_on_record(pages: Any, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
    verb, record = verb_of(pages, name, new=False), pages.record_at(request, object_id)
    return CommandPage(pages, request, verb, record).answer()


def page_context(pages: Any, request: HttpRequest, record: Any) -> dict[str, Any]:
    request.current_app = pages.admin_site.name
    return {**pages.admin_site.each_context(request), "opts": pages.opts, "original": record}


def address_of(pages: Any, page: str, record: Any = None, *more: str) -> str:
    name = f"admin:{pages.opts.app_label}_{pages.opts.model_name}_{page}"
    return reverse(name, args=[quote(record.pk), *more] if record else more)


def say_what_happened(request: HttpRequest, about: object, given: Given) -> None:
    named = f"{about}: " if about else ""
    if given.waits:
        messages.warning(request, f"{named}{given.happened}")
    elif given.happened:
        messages.success(request, f"{named}{given.happened}")
    else:
        messages.info(request, f"{named}nothing to change, it is so already")
