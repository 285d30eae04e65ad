"""Pages about one's own account, within the frame of the admin or of the shop: the second factor, sessions, tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from efi.accounts import ended, obliged, recent, second_factor, sessions, tokens
from efi.domain.errors import TooMany

WRONG_CODE = "This is not a code of your app at this moment. Is the clock of your phone right?"
WRONG = "This is not right. A code is good once: wait for the next one."


@dataclass(frozen=True)
class Frame:
    """Where the pages are shown: `show` renders a fragment in it, `named` gives the name of a page's address there."""

    show: Callable[..., HttpResponse]
    """Called with the request, the fragment, the title and what the fragment shows."""
    named: Callable[[str], str]
    home: str
    """The name of the address that one comes to from here."""
    called: Callable[[Any], str]
    """Returns what the owner of an account knows it by, for the list in their app."""

    def to(self, page: str) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.named(page)))

    def asking(self, request: HttpRequest) -> HttpResponse | None:
        """Leads to the page that asks for the password, unless it was given lately."""
        return None if recent.until(request) else recent.asking(request, self.named("confirm"))


def confirm(frame: Frame, request: HttpRequest) -> HttpResponse:
    """Asks for the password, and for a code where there is a second factor, and leads back."""
    account: Any = request.user
    back = recent.safe(request, request.POST.get("next") or request.GET.get("next", ""), reverse(frame.home))
    about: dict[str, Any] = {"next": back, "has_factor": second_factor.is_on(account), "minutes": 15}
    if request.method != "POST":
        return frame.show(request, "confirm.html", "Is it you?", about)
    try:
        if recent.confirm(request, request.POST.get("password", ""), request.POST.get("code", "")):
            return HttpResponseRedirect(back)
    except TooMany as refusal:
        return frame.show(request, "confirm.html", "Is it you?", about | {"error": str(refusal)}, status=429)
    return frame.show(request, "confirm.html", "Is it you?", about | {"error": WRONG}, status=400)


def factor(frame: Frame, request: HttpRequest) -> HttpResponse:
    """Shows whether a second factor is on, and sets one up, replaces or removes it."""
    if asking := frame.asking(request):
        return asking
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    account: Any = request.user
    if doing == "switch_on":
        codes = second_factor.switch_on(account, request.POST.get("code", ""))
        if codes is None:
            return _setting_up(frame, request, error=WRONG_CODE)
        ended.end_others(request)
        return _codes(frame, request, codes)
    if doing == "renew" and second_factor.is_on(account):
        return _codes(frame, request, second_factor.new_recovery_codes(account))
    stays = obliged.why_it_stays(account)
    if doing == "remove" and not stays:
        if second_factor.remove(account.pk):
            ended.end_others(request)
        messages.success(request, "The second factor is off.")
        return frame.to("second_factor")
    if doing == "replace" or not second_factor.is_on(account):
        return _setting_up(frame, request)
    about = {"since": second_factor.since(account), "left": second_factor.recovery_codes_left(account)}
    return frame.show(request, "factor.html", "Second factor", about | {"stays": stays})


def where(frame: Frame, request: HttpRequest) -> HttpResponse:
    """Lists the sessions, and ends one or all others."""
    account: Any = request.user
    current = request.session.session_key
    if request.method == "POST":
        if "others" in request.POST:
            sessions.end_all(account.pk, but=current)
            messages.success(request, "You are signed out everywhere else.")
        elif sessions.end(account.pk, request.POST.get("one", "")):
            messages.success(request, "That session is ended.")
        return frame.to("sessions")
    return frame.show(
        request, "sessions.html", "Where you are signed in", {"sessions": sessions.of(account.pk, current)}
    )


def programs(frame: Frame, request: HttpRequest) -> HttpResponse:
    """Lists the tokens; makes one, which is shown once, and ends one."""
    if asking := frame.asking(request):
        return asking
    account: Any = request.user
    about: dict[str, Any] = {"days": settings.EFI_TOKEN_DAYS}
    status = 200
    if request.method == "POST" and "one" in request.POST:
        if tokens.end(account.pk, request.POST["one"]):
            messages.success(request, "That token is ended.")
        return frame.to("tokens")
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        if why := tokens.why_not(account.pk, name):
            about |= {"error": f"{why[:1].upper()}{why[1:]}.", "name": name}
            status = 400
        else:
            about["token"], about["made"] = tokens.make(account, name)
    about["tokens"] = tokens.of(account.pk)
    return frame.show(request, "tokens.html", "Tokens for programs", about, status=status)


def _setting_up(frame: Frame, request: HttpRequest, error: str = "") -> HttpResponse:
    account: Any = request.user
    secret = second_factor.begin(account)
    address = second_factor.uri(frame.called(account), secret)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    about: dict[str, Any] = {
        "picture": second_factor.picture(address),
        "uri": address,
        "secret": spaced,
        "error": error,
    }
    about |= {"must": obliged.lacks(account), "replaces": second_factor.is_on(account)}
    title = "Set up a second factor"
    return frame.show(request, "factor_begin.html", title, about, status=400 if error else 200)


def _codes(frame: Frame, request: HttpRequest, codes: list[str]) -> HttpResponse:
    home = reverse(frame.home)
    return frame.show(request, "factor_codes.html", "Your recovery codes", {"codes": codes, "home": home})


PAGES: dict[str, Callable[[Frame, HttpRequest], HttpResponse]] = {
    "confirm": confirm,
    "second_factor": factor,
    "sessions": where,
    "tokens": programs,
}
"""The pages by the names of their addresses."""
