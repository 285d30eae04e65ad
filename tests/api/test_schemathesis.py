"""What the description of the API allows is accepted: Schemathesis makes requests of it, a few of each kind."""

import json
import re
from urllib.parse import urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

A_FEW = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OURS = {"cursor", "Consistency-Token"}
"""What an answer has given before, and nobody can make up."""
TOLD_IN_WORDS = re.compile(
    "|".join(
        (
            "a day is from .* to .*",
            "a moment is from .* to .*",
            ".* is more than [0-9]+ years ahead",
            ".* has more than (two|2) decimals",
            "this is more than 100",  # of a figure per 100 g that is given as a text
            "a figure with at most two decimals, such as 8.50",
            "this is empty",  # of what is left of a name without what cannot be seen
            "sort is one of .*, and relevance with q",
            "Null characters are not allowed.",
            "left empty: q",  # but for spaces
            ".* is not below .*",
            "this is no e-mail address",
            "this link was used already, .*",
        )
    )
)


def test_what_the_description_allows_is_not_refused_as_malformed_and_never_fails(shop, olives):
    described = schemathesis.openapi.from_dict(shop.guest.get("schema").json())
    refused, asked = [], set()
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path == "/api/v1/pictures":
            # A file, of which no schema says what a picture is.
            continue

        @A_FEW
        @given(case=operation.as_strategy())
        def ask(case):
            answer = sent(shop.elias.client, case)
            asked.add(case.operation.label)
            assert answer.status_code < 500, (case.operation.label, case.body, answer.content)
            refused.extend((case.operation.label, why) for why in malformed(answer))

        ask()
    assert len(asked) > 60
    assert sorted({one for one in refused if not TOLD_IN_WORDS.fullmatch(one[1])}) == []


def sent(client, case):
    """Numbers are written as JSON is by most: 5, not 5.0."""
    query = {name: value for name, value in case.query.items() if name not in OURS}
    headers = {name: str(value) for name, value in case.headers.items() if name not in OURS}
    path = f"{case.formatted_path}?{urlencode(query, doseq=True)}" if query else case.formatted_path
    body = json.dumps(whole(case.body)).encode() if case.media_type else b""
    return client.generic(case.method, path, body, "application/json", headers=headers)


def whole(value):
    match value:
        case dict():
            return {name: whole(one) for name, one in value.items()}
        case list():
            return [whole(one) for one in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def malformed(answer):
    """Yields what an answer finds wrong in the form of what it was asked."""
    if answer.status_code in (400, 405, 406, 411, 413, 414, 415):
        problem = answer.json()
        yield from (fault["detail"] for fault in problem.get("errors", [problem]))
