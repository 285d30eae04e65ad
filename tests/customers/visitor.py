"""Somebody at the doors of an account, by the API, and the mails that they get."""

import re
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from efi.delivery.reactions import reactions
from efi.log.event_store import now
from efi.mails import sending
from efi.reading import followers

ANNA, BEN = "anna@people.example", "ben@people.example"
PASSWORD, ANOTHER = "correct horse battery", "tangerine lamp 42 x"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.1"


class Visitor:
    """One browser, or one program, somewhere."""

    def __init__(self, network: str = HERE, *, csrf: bool = False, bearer: str = "") -> None:
        headers = {"user-agent": "Firefox"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        self.client = Client(
            raise_request_exception=False, enforce_csrf_checks=csrf, headers=headers, REMOTE_ADDR=network
        )

    def post(self, path: str, **body: Any) -> HttpResponse:
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json")

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=headers)

    def register(self, address: str = ANNA, password: str = PASSWORD, name: str = "Anna Alleyne") -> HttpResponse:
        return self.post("auth/register", email=address, password=password, name=name)

    def verify(self, code: str, address: str = ANNA) -> HttpResponse:
        return self.post("auth/verify", email=address, code=code)

    def login(self, address: str = ANNA, password: str = PASSWORD, **more: Any) -> HttpResponse:
        return self.post("auth/login", email=address, password=password, **more)

    def has_account(self, address: str = ANNA, password: str = PASSWORD) -> "Visitor":
        """Signs up and proves the address."""
        assert self.register(address, password).status_code == 202
        answer = self.verify(code_in(mailed()), address)
        assert answer.status_code == 200, answer.content
        return self

    @property
    def is_in(self) -> bool:
        return self.client.get("/api/v1/commands").status_code == 200


def mailed() -> mail.EmailMultiAlternatives:
    """Sends what waits; returns the last mail there is."""
    return mails()[-1]


def mails() -> list[mail.EmailMultiAlternatives]:
    """Sends what waits; returns all mails there are."""
    for one in reactions():
        followers.sweep(one)
    sending.send_mails(now())
    return mail.outbox


def code_in(said: mail.EmailMultiAlternatives) -> str:
    (code,) = re.findall(r"\b\d{6}\b", said.body)
    return code


def token_in(said: mail.EmailMultiAlternatives) -> str:
    (token,) = re.findall(r"/account/(?:reset|invitation)/(\S+)", said.body)
    return token


def told(answer: HttpResponse, status: int, code: str) -> None:
    said = answer.json()
    assert (answer.status_code, said.get("code")) == (status, code), said
