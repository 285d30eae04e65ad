"""Days and moments as staff read them: in one form, and by the clock of Barbados."""

from collections.abc import Callable
from datetime import date, datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from efi.domain.values import BARBADOS
from efi.http.bodies import STAFF

Answers = Callable[[HttpRequest], HttpResponseBase]


def day(of: date) -> str:
    """Returns a day as `6 Mar 2027`; a moment is taken as the day that it is in Barbados."""
    there = of.astimezone(BARBADOS) if isinstance(of, datetime) else of
    return f"{there:%-d %b %Y}"


def moment(at: datetime) -> str:
    """Returns a moment as `6 Mar 2027 14:05`, in Barbados."""
    return f"{day(at)} {at.astimezone(BARBADOS):%H:%M}"


def by_the_clock_of_barbados(get_response: Answers) -> Answers:
    """Makes the middleware that has templates and forms of the admin take moments as they are in Barbados."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(STAFF):
            return get_response(request)
        with timezone.override(BARBADOS):
            return get_response(request)

    return answer
