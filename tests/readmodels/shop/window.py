"""The shop window as a reader's browser gets it, without scripts."""

import json
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

VOID = {"img", "input", "link", "meta", "br"}


class Page(HTMLParser):
    """What is on a page: its texts, its links, its elements by tag; fails on one that is not closed."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response, self.texts, self.elements = response, list[str](), list[tuple[str, dict[str, str]]]()
        self._open, self.scripts = list[str](), list[str]()
        self.feed(response.content.decode())
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}>"

    def handle_data(self, text: str) -> None:
        (self.scripts if self._open and self._open[-1] == "script" else self.texts).append(text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]

    @property
    def names(self) -> list[str]:
        """Of the products in a list, in order."""
        return [
            attributes["data-says"].partition(":")[0]
            for tag, attributes in self.elements
            if tag == "li" and "data-says" in attributes
        ]

    @property
    def structured(self) -> dict[str, Any]:
        """What search engines are told, by type."""
        told = [json.loads(text) for text in self.scripts if text.strip()]
        return {one["@type"]: one for one in told}

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        wanted = having.items()
        return [attributes for name, attributes in self.elements if name == tag and wanted <= attributes.items()]

    def link(self, **having: str) -> str:
        [found] = self.all("link", **having)
        return found["href"]


class Window:
    """Somebody who looks in."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def get(self, address: str, **headers: str) -> HttpResponse:
        return self.client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def page(self, address: str, status: int = 200) -> Page:
        response = self.get(address, accept="text/html")
        assert response.status_code == status, response.content[:500]
        assert response["Content-Type"] == "text/html; charset=utf-8"
        return Page(response)
