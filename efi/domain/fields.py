"""The types of a command's fields: which texts, figures, days and moments a caller may send."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, ValidationInfo

from efi.domain.countries import known_country, names
from efi.domain.payloads import told_as
from efi.domain.texts import visible, with_plain_line_ends
from efi.domain.values import business_day

LONGEST_NAME = 200
LONGEST_SLUG = 100
LONGEST_CODE = 40
LONGEST_TEXT = 10_000
LONGEST_REASON = 500
LARGEST_QUANTITY = 1_000_000_000
LARGEST_WEIGHT = 1_000_000
MOST_DAYS = 36_500
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)

T = TypeVar("T")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(rf"{DAY.pattern}[Tt]\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?([Zz]|[+-]\d{{2}}:\d{{2}})", re.ASCII)


def _day(text: object) -> object:
    return date.fromisoformat(text) if isinstance(text, str) and DAY.fullmatch(text) else text


def _moment(text: object) -> object:
    return datetime.fromisoformat(text.upper()) if isinstance(text, str) and MOMENT.fullmatch(text) else text


def _line(text: object) -> object:
    return visible(text) if isinstance(text, str) else text


def _lines(text: object) -> object:
    return with_plain_line_ends(text) if isinstance(text, str) else text


def _known_day(day: date) -> date:
    if not EARLIEST.date() <= day <= LATEST.date():
        raise ValueError(f"a day is from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}")
    return day


def _known_moment(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"a moment is from {EARLIEST.isoformat()} to {LATEST.isoformat()}")
    return moment


def at_most_ahead(years: int) -> AfterValidator:
    """Refuses days and moments that lie further ahead of the time of the command, which `checked` says."""

    def must_be_near(value: T, info: ValidationInfo) -> T:
        at = info.context and info.context.get("at")
        if at and isinstance(value, date):
            today, day = business_day(at), business_day(value) if isinstance(value, datetime) else value
            if (day.year - years, day.month, day.day) > (today.year, today.month, today.day):
                raise ValueError(f"{day} is more than {years} years ahead")
        return value

    return AfterValidator(must_be_near)


def each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    """Returns the values in their order, without those that came before."""
    return tuple(dict.fromkeys(values))


WITHOUT_NUL = r"^[^\x00]*$"
SOMETHING_SEEN = r"^[^\x00]*[^\x00\s][^\x00]*$"
ONE_LINE = told_as("one line of text", r"^[^\x00-\x1f]*$")
HYPHENED = told_as("lower-case letters and digits, single hyphens between them: sea-salt", r"^[a-z0-9]+(-[a-z0-9]+)*$")
CODED = told_as("letters and digits, and inside also . _ / and -", r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")
TWO_CAPITALS = told_as("two capital letters, such as GR", r"^[A-Z]{2}$")

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME, pattern=ONE_LINE),
    BeforeValidator(_line),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT, pattern=WITHOUT_NUL),
    BeforeValidator(_lines),
]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON, pattern=SOMETHING_SEEN),
    BeforeValidator(_lines),
]
Slug = Annotated[str, StringConstraints(max_length=LONGEST_SLUG, pattern=HYPHENED)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_CODE, pattern=CODED)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME, pattern=ONE_LINE), BeforeValidator(_line)
]
Tag = Annotated[str, StringConstraints(max_length=LONGEST_CODE, pattern=HYPHENED)]
Grams = Annotated[int, Field(ge=1, le=LARGEST_WEIGHT)]
Country = Annotated[
    str,
    StringConstraints(pattern=TWO_CAPITALS),
    AfterValidator(known_country),
    Field(json_schema_extra=lambda schema: schema.update(pattern=f"^({'|'.join(names())})$")),
]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
Quantity = Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)]
Units = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]
Change = Annotated[int, Field(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY)]
DrawnId = Annotated[UUID, Field(description="Drawn by the caller, for what the command makes.")]
_BOUNDED = Field(description=f"From {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}.")
# RFC 3339 alone: pydantic would take a text of digits for the seconds since 1970.
Day = Annotated[date, BeforeValidator(_day), AfterValidator(_known_day), _BOUNDED]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_known_moment), _BOUNDED]
