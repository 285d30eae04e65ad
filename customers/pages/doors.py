"""The pages at the doors of an account: signing up, in and out, and another password."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from customers.doors import invitations, passwords, sign_in, sign_up
from customers.pages import forms
from customers.pages.showing import asked_lately, page, shown, signed_in
from efi.accounts import codes, recent
from efi.accounts.signing_in import CodeNeeded, SignInRefused
from efi.domain.errors import Malformed
from efi.http.rate_limits import client_of
from efi.models import User

SIGN_UP, TYPED = "sign_up", "typed"
HOME = "/account/"
IN, UP = ("/account/sign-in", "Sign in"), ("/account/sign-up", "Open an account")
LOST = "/account/forgotten", "I have forgotten my password"
SENT = "If there is an account with this address, a link is on its way to it. It is good for an hour."
PROVE = (
    "We have sent a code to {address}. It is good for ten minutes.",
    "If none comes, look among what your mail program takes for advertising.",
)
OVER = "This link was used already, or its time is over."
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@page
def begin(request: HttpRequest) -> HttpResponse:
    """Takes what opens an account, and leads on to the proof of the address."""
    form = forms.SignUp(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            begun = sign_up.begin(said["email"], said["password"], said["name"], client_of(request))
        except Malformed as refusal:
            form.refuse(refusal)
        else:
            request.session[SIGN_UP] = str(begun)
            return HttpResponseRedirect(reverse("account:prove"))
    return _door(request, form, "Open an account", "Go on", [IN])


@form_page
@page
def prove(request: HttpRequest) -> HttpResponse:
    """Takes the code, and signs in whoever has signed up in this browser; who has not is led to sign up."""
    begun = _begun(request)
    if not begun:
        return HttpResponseRedirect(reverse("account:sign_up"))
    if "again" in request.POST:
        sign_up.send_again(begun.id, begun.address, client_of(request))
        messages.success(request, "Another code is on its way. Of several the last one counts.")
        return HttpResponseRedirect(request.path)
    form = forms.Prove(request.POST or None)
    if form.is_valid():
        try:
            customer_id = sign_up.prove(begun.id, form.cleaned_data["code"], client_of(request))
        except Malformed as refusal:
            form.refuse(refusal)
        else:
            sign_in.welcome(request, User.objects.get(pk=customer_id))
            return HttpResponseRedirect(HOME)
    lines = [line.format(address=begun.address) for line in PROVE]
    return _door(request, form, "Type in the code", "Go on", [UP], lines=lines, again="Send another code")


@form_page
@page
def enter(request: HttpRequest) -> HttpResponse:
    """Signs in, by address and password and, in a second step, by a code where one is asked for."""
    back = recent.safe(request, request.GET.get("next", ""), HOME)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(back)
    form = forms.SignIn(request.POST or None)
    if form.is_valid():
        try:
            sign_in.enter(request, form.cleaned_data["email"], form.cleaned_data["password"])
        except CodeNeeded as needed:
            sign_in.begin_second_step(request, needed.account)
            return HttpResponseRedirect(f"{reverse('account:code')}?{urlencode({'next': back})}")
        except SignInRefused:
            form.add_error(None, "Address, password or code are wrong.")
        else:
            return HttpResponseRedirect(back)
    return _door(request, form, "Sign in", "Sign in", [LOST, UP])


@form_page
@page
def second_step(request: HttpRequest) -> HttpResponse:
    """Takes the code of whoever has given the password."""
    account = sign_in.half_in(request)
    if not account:
        return HttpResponseRedirect(reverse("account:sign_in"))
    form = forms.SecondStep(request.POST or None)
    if form.is_valid():
        try:
            sign_in.finish(request, account, form.cleaned_data["code"])
        except SignInRefused:
            form.add_error("code", "This code is wrong, or was used already.")
        else:
            return HttpResponseRedirect(recent.safe(request, request.GET.get("next", ""), HOME))
    return _door(request, form, "One more step", "Sign in", [("/account/sign-in", "Begin again")])


@form_page
@page
def leave(request: HttpRequest) -> HttpResponse:
    """Signs out, once the button is pressed."""
    if request.method == "POST":
        sign_in.leave(request)
        return sign_in.cleared(_door(request, None, "You are signed out", "", [IN]))
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account:sign_in"))
    return _door(request, forms.Door(), "Sign out?", "Sign out", [(HOME, "Stay signed in")])


@form_page
@page
def forgotten(request: HttpRequest) -> HttpResponse:
    """Has a link sent, and says the same whoever's the address is."""
    form = forms.Forgotten(request.POST or None)
    if form.is_valid():
        passwords.forgot(form.cleaned_data["email"], client_of(request))
        return _door(request, None, "Look into your mail", "", [IN], lines=[SENT])
    return _door(request, form, "Forgotten password", "Send me a link", [IN])


@form_page
@page
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the form of a link, which opening does not use up, and sets the password once it is sent."""
    if not passwords.resets(token):
        return _door(request, None, "This link is over", "", [LOST], lines=[OVER], status=410)
    form = forms.NewPassword(request.POST or None)
    if form.is_valid():
        try:
            passwords.reset(token, form.cleaned_data["password"], client_of(request))
        except Malformed as refusal:
            form.refuse(refusal)
        else:
            return _door(request, None, "Your password is changed", "", [IN])
    return _door(request, form, "Choose another password", "Change the password", [])


@form_page
@page
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the form of an invitation, which opening does not use up, and opens the account once it is sent."""
    if not invitations.invites(token):
        return _door(request, None, "This link is over", "", [IN], lines=[OVER], status=410)
    form = forms.NewPassword(request.POST or None)
    if form.is_valid():
        try:
            customer_id = invitations.accept(token, form.cleaned_data["password"], client_of(request))
        except Malformed as refusal:
            form.refuse(refusal)
        else:
            sign_in.welcome(request, User.objects.get(pk=customer_id))
            return HttpResponseRedirect(HOME)
    return _door(request, form, "Open your account", "Open it", [])


@signed_in
@asked_lately
def change(request: HttpRequest) -> HttpResponse:
    """Changes one's own password."""
    account: Any = request.user
    form = forms.ChangedPassword(request.POST or None)
    if form.is_valid():
        try:
            passwords.replace(request, account, form.cleaned_data["old_password"], form.cleaned_data["new_password"])
        except Malformed as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "Your password is changed. Everybody else who was signed in is not any more.")
            return HttpResponseRedirect(HOME)
    return _door(request, form, "Change your password", "Change it", [(HOME, "Back to your account")])


def _begun(request: HttpRequest) -> codes.Proof | None:
    """Returns the sign-up that was begun in this browser."""
    begun = request.session.get(SIGN_UP)
    return codes.look(UUID(begun)) if begun else None


def _door(
    request: HttpRequest, form: forms.Door | None, title: str, button: str, links: list[Any], **about: Any
) -> HttpResponse:
    """Shows a page with one form; one that was refused is no success to a program."""
    status = about.pop("status", 400 if form is not None and form.errors else 200)
    context = {"title": title, "form": form.tied() if form is not None else None, "button": button, "links": links}
    return shown(request, "door.html", {**context, **about}, status)
