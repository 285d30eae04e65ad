"""The calls on docs/api.md, each carried out, and its answer compared with the one on the page."""

import http.client
import json
import re
import shlex
from collections.abc import Iterator

import pytest

from tests.services.program import ROOT, Program, eventually

PAGE = ROOT / "docs" / "api.md"
STEP = re.compile(r"```(sh|json)\n(.*?)```|`([\w.]+)` is `\$(\w+)` from here on", re.DOTALL)
ELLIPSIS = "…"


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path / "data", EFI_DEMO_DATA="yes", EMAIL_URL=f"filemail://{tmp_path / 'mails'}")
    program.start()
    yield program
    program.end()


def carried_out(call, port):
    """As curl would, as far as the page uses it."""
    words, method, body, headers = iter(shlex.split(call)), "GET", None, {}
    assert next(words) == "curl"
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-d":
                body = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case _:
                path = word.removeprefix("http://efi.example")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def faults(shown, told, at="") -> Iterator[str]:
    """Where an answer is not what the page shows of it."""
    if isinstance(shown, dict):
        for name, part in shown.items():
            if not isinstance(told, dict) or name not in told:
                yield f"{at}/{name} is missing"
            else:
                yield from faults(part, told[name], f"{at}/{name}")
    elif isinstance(shown, list):
        more = ELLIPSIS in shown
        wanted = [part for part in shown if part != ELLIPSIS]
        if not isinstance(told, list) or len(told) < len(wanted) or (len(told) > len(wanted) and not more):
            yield f"{at} has other members: {json.dumps(told)[:300]}"
        else:
            for number, part in enumerate(wanted):
                yield from faults(part, told[number], f"{at}/{number}")
    elif shown not in (ELLIPSIS, told):
        yield f"{at} is {told!r} and not {shown!r}"


def token_of_anna(program, mails):
    """Anna signs up, types in the code that she is sent, and signs in with a program."""
    who = {"email": "anna@people.example", "password": "correct horse battery"}

    def sent(path, **said):
        told = shlex.quote(json.dumps(said))
        call = f"curl -X POST /api/v1/auth/{path} -H 'Content-Type: application/json' -d {told}"
        return carried_out(call, program.port)

    sent("register", **who, name="Anna Alleyne")
    found = r"Your code is (\d{6})"
    code, *_ = eventually(lambda: [code for one in mails.glob("*.eml") for code in re.findall(found, one.read_text())])
    sent("verify", email=who["email"], code=code)
    return sent("login", **who, token=True)["data"]["token"]


def inside(answer, path):
    for step in path.split("."):
        answer = answer[int(step) if step.isdecimal() else step]
    return answer


def test_every_call_on_the_page_is_answered_as_it_says(program, tmp_path):
    known = {"EFI": "http://efi.example/api/v1"}
    for name, who in (("TOKEN", "staff"), ("SECOND", "approver")):
        known[name] = program.manage("create_token", f"{who}@efi.example")
    known["MINE"] = token_of_anna(program, tmp_path / "mails")
    answer, calls = None, 0
    for kind, block, path, name in STEP.findall(PAGE.read_text()):
        if kind == "sh":
            call = re.sub(r"\$(\w+)", lambda said: known[said[1]], block)
            answer, calls = carried_out(call, program.port), calls + 1
        elif kind == "json":
            assert list(faults(json.loads(block), answer)) == [], call
        else:
            known[name] = inside(answer, path)
    assert calls == PAGE.read_text().count("```sh")
    assert calls > 10


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"a": 1}, {}),
        ({"a": 1}, {"a": 2}),
        ([1], [1, 2]),
        ([1, ELLIPSIS], [2, 3]),
        ([1, 2], [1]),
        ({"a": {"b": 1}}, {"a": 1}),
    ],
)
def test_another_answer_than_the_page_shows_is_seen(shown, told):
    assert list(faults(shown, told))


@pytest.mark.parametrize(("shown", "told"), [({"a": 1}, {"a": 1, "b": 2}), ([1, ELLIPSIS], [1, 2]), (ELLIPSIS, 7)])
def test_what_the_page_leaves_out_may_be_anything(shown, told):
    assert not list(faults(shown, told))
