"""The ways in which a request is refused, for the person who asked."""

from collections.abc import Mapping
from uuid import UUID

Fault = Mapping[str, str]


class Refusal(Exception):
    """A request that was understood and turned down; nothing was changed. `code` names the rule.

    `about` is the id of what one command, carried out within another, was about when it was refused. `missing` names
    what has to be said first, where that is why.
    """

    code = "refused"
    about: UUID | None = None
    missing: tuple[str, ...] = ()

    def __init__(self, detail: str, *, code: str | None = None, missing: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.detail, self.missing = detail, missing
        if code:
            self.code = code


class Rejected(Refusal):
    """A rule of the business says no."""

    code = "rejected"


class Malformed(Refusal):
    """What was sent is not what the fields of a command promise; `faults` say where and why."""

    code = "bad_input"

    def __init__(self, detail: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(detail)
        self.faults = faults


class NotFound(Refusal):
    """What was named does not exist, or not for whoever asks."""

    code = "not_found"


class Conflict(Refusal):
    """Somebody else has changed the same thing meanwhile."""

    code = "conflict"


class Outdated(Conflict):
    """What is to be changed is not any more as its giver has seen it."""

    code = "outdated"


class KeyReused(Refusal):
    """An idempotency key came back with another body."""

    code = "idempotency_key_reused"


class TooMany(Exception):
    """Somebody asked too often; `headers` tell how often one may, and in how many seconds again."""

    def __init__(self, kind: str, most: int, window: int, seconds: int) -> None:
        super().__init__(f"{most} {kind.replace('_', ' ')} in {window} seconds are the most: again in {seconds} s")
        self.headers = {
            "Retry-After": str(seconds),
            "RateLimit-Policy": f'"{kind}";q={most};w={window}',
            "RateLimit": f'"{kind}";r=0;t={seconds}',
        }


class Unavailable(Exception):
    """The store cannot be reached just now; the request may be repeated as it is."""


class UnknownEvent(Exception):
    """An event, or a schema of one, that this process has no code for; a newer process has."""
