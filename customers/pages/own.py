"""The pages of a customer who is signed in: what is theirs, and what becomes of it."""

import re
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from uuid_utils.compat import uuid7

from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.forgetting import still_open
from customers.commands.people import AmendProfile
from customers.doors import emails, own, sign_in
from customers.pages.own_forms import AddressForm, Agreed, EmailCode, NewEmail, Own, Profile
from customers.pages.showing import asked_lately, name_of, shown, signed_in
from customers.values import TEXTS, AddressUse, ConsentKind
from efi.accounts import codes, held, pages
from efi.accounts.pages import Frame
from efi.domain.errors import NotFound, Refusal
from efi.http.giving import give_as
from efi.http.problems import BadInput
from efi.http.rate_limits import client_of
from efi.writing.commands import Command

MOVING = "moving_to"
VERSION = re.compile(r"[0-9]{1,15}")
LINKS = (
    ("profile", "Your profile"),
    ("email", "E-mail address"),
    ("addresses", "Addresses"),
    ("consents", "What you agree to"),
    ("sessions", "Where you are signed in"),
    ("second_factor", "Second factor"),
    ("password", "Password"),
    ("tokens", "Tokens for programs"),
    ("export", "Take everything away"),
    ("delete", "Be forgotten"),
    ("sign_out", "Sign out"),
)
WORDS = {
    ConsentKind.TERMS: ("Our terms", "What you and we owe each other when you order."),
    ConsentKind.MARKETING: (
        "News by mail",
        "Now and then what is new, and what is cheaper. Nobody else gets your address.",
    ),
}


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Shows what a customer is called and how they are reached, and changes it."""
    customer = own.customer_of(request.user)
    form = Profile.of(customer, request.POST or None)
    if form.is_valid():
        command = AmendProfile(customer_id=customer.identity, **form.cleaned_data)
        if _given(request, form, command, if_version=_version(request)):
            messages.success(request, "It is changed.")
            return HttpResponseRedirect(request.path)
    told = own.shown(own.profile_of(request.user, newest=True))
    about = {"form": form.tied(), "profile": told, "version": customer.version}
    return _shown(request, "profile.html", "Your profile", about)


@signed_in
def addresses(request: HttpRequest) -> HttpResponse:
    """Lists the addresses; takes one out, or for what it is chosen."""
    customer = own.customer_of(request.user)
    form = Own(request.POST or None)
    if request.method == "POST" and form.is_valid():
        command, said = _of_the_book(request, customer.identity)
        if command and _given(request, form, command, if_version=_version(request)):
            messages.success(request, said)
            return HttpResponseRedirect(request.path)
    about = {"addresses": own.addresses(customer), "version": customer.version, "form": form}
    return _shown(request, "addresses.html", "Addresses", about)


@signed_in
def address(request: HttpRequest, address_id: UUID | None = None) -> HttpResponse:
    """Enters an address, or writes one anew."""
    customer = own.customer_of(request.user)
    known = own.address(customer, address_id) if address_id else None
    form = AddressForm.of(known, request.POST or None)
    if form.is_valid():
        about: dict[str, Any] = {"customer_id": customer.identity, "address": form.address}
        command: Command = (
            ChangeAddress(address_id=address_id, **about)
            if address_id
            else AddAddress(address_id=_drawn(request), **about)
        )
        if _given(request, form, command, if_version=_version(request) if address_id else None):
            messages.success(request, "The address is kept.")
            return HttpResponseRedirect(reverse("account:addresses"))
    title, drawn = ("Change the address", None) if known else ("A new address", request.POST.get("drawn") or uuid7())
    shown = {"form": form.tied(), "drawn": drawn, "version": customer.version if known else None}
    return _shown(request, "address.html", title, shown)


@signed_in
def consents(request: HttpRequest) -> HttpResponse:
    """Shows what a customer agrees to, and takes it or gives it back as easily."""
    customer = own.customer_of(request.user)
    form = Own(request.POST or None)
    kind = next((one for one in ConsentKind if one in (request.POST.get("give"), request.POST.get("withdraw"))), None)
    if kind and form.is_valid():
        about: dict[str, Any] = {"customer_id": customer.identity, "kind": kind, "network_address": client_of(request)}
        command: Command = (
            GiveConsent(version=TEXTS[kind], **about) if "give" in request.POST else WithdrawConsent(**about)
        )
        if _given(request, form, command):
            messages.success(request, "It is noted.")
            return HttpResponseRedirect(request.path)
    told = [{**one, "words": WORDS[one["kind"]]} for one in own.consents(customer)]
    return _shown(request, "consents.html", "What you agree to", {"consents": told, "form": form})


@signed_in
@asked_lately
def email(request: HttpRequest) -> HttpResponse:
    """Has a code sent to another address, and takes that address once the code is typed in."""
    own.customer_of(request.user)
    begun = _begun(request)
    if begun and "again" in request.POST:
        del request.session[MOVING]
        return HttpResponseRedirect(request.path)
    form: Own = EmailCode(request.POST or None) if begun else NewEmail(request.POST or None)
    if form.is_valid():
        if not begun:
            request.session[MOVING] = str(emails.begin(request.user, form.cleaned_data["email"], client_of(request)))
            return HttpResponseRedirect(request.path)
        try:
            emails.move(request, request.user, begun.address, form.cleaned_data["code"])
        except Refusal as refusal:
            form.say(refusal)
        else:
            del request.session[MOVING]
            messages.success(request, "You sign in by the new address from now on.")
            return HttpResponseRedirect(reverse("account:profile"))
    about = {"form": form.tied(), "asked": begun and begun.address}
    return _shown(request, "email.html", "Another e-mail address", about)


@signed_in
@asked_lately
def export(request: HttpRequest) -> HttpResponse:
    """Shows everything that is held on somebody, or hands it out as a file."""
    account: Any = request.user
    everything = held.all_on(account.pk)
    if "file" in request.GET:
        content = orjson.dumps(everything, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)
        response = HttpResponse(content, content_type="application/json")
        response["Content-Disposition"] = 'attachment; filename="elias-food-imports.json"'
        return response
    told = orjson.loads(orjson.dumps(everything, default=str, option=orjson.OPT_UTC_Z))
    return _shown(request, "export.html", "Take everything away", {"everything": told})


@signed_in
@asked_lately
def delete(request: HttpRequest) -> HttpResponse:
    """Forgets a customer, once they have typed that they want it; or says what is still open."""
    customer = own.customer_of(request.user)
    form = Agreed(request.POST or None)
    if form.is_valid():
        try:
            own.forget(request.user)
        except Refusal as refusal:
            form.say(refusal)
        else:
            request.session.flush()
            return sign_in.cleared(shown(request, "forgotten.html", {"title": "You are forgotten"}))
    about = {"form": form.tied(), "still_open": still_open(customer)}
    return _shown(request, "delete.html", "Be forgotten", about)


def _begun(request: HttpRequest) -> codes.Proof | None:
    """Returns the move to another address that was begun in this browser."""
    begun = request.session.get(MOVING)
    return codes.look(UUID(begun)) if begun else None


def _shown(request: HttpRequest, template: str, title: str, about: dict[str, Any]) -> HttpResponse:
    links = [(reverse(f"account:{name}"), words, name == name_of(request)) for name, words in LINKS]
    form, status = about.get("form"), about.pop("status", 200)
    faulty = form is not None and form.is_bound and not form.is_valid()
    return shown(request, template, {**about, "title": title, "links": links}, 400 if faulty else status)


def _given(request: HttpRequest, form: Own, command: Command, **told: Any) -> bool:
    """Gives a command as the customer; a refusal is shown on the form. Returns whether it was carried out."""
    try:
        give_as(request.user, command, key=None, **told)
    except Refusal as refusal:
        form.say(refusal)
        return False
    return True


def _of_the_book(request: HttpRequest, customer_id: UUID) -> tuple[Command | None, str]:
    """Returns the command that a button of the address book gives, and what is said of it."""
    for button in ("remove", *AddressUse):
        if address_id := request.POST.get(button):
            about = {"customer_id": customer_id, "address_id": _uuid(address_id)}
            if button == "remove":
                return RemoveAddress(**about), "The address is taken out."
            return ChooseAddress(use=AddressUse(button), **about), f"It is taken for {button} from now on."
    return None, ""


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise NotFound("there is no such address") from None


def _version(request: HttpRequest) -> int:
    """Returns the version that the page has shown; raises `BadInput` for what is none."""
    said = request.POST.get("version", "")
    if not VERSION.fullmatch(said):
        raise BadInput("this page does not say what it has shown: load it anew", code="version")
    return int(said)


def _drawn(request: HttpRequest) -> UUID:
    """Returns the id that the form came with, so that a form that is sent twice enters one address."""
    return _uuid(request.POST.get("drawn", ""))


def _framed(request: HttpRequest, part: str, title: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    fragment = {"fragment": f"efi/own/{part}", "called": own.email_of(request.user), "status": status}
    return _shown(request, "own.html", title, {**about, **fragment})


FRAME = Frame(_framed, lambda name: f"account:{name}", "account:profile", own.email_of)
confirm, second_factor, sessions, tokens = (
    signed_in(lambda request, name=name: pages.PAGES[name](FRAME, request))
    for name in ("confirm", "second_factor", "sessions", "tokens")
)
