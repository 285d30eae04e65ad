"""A real browser at the real program, with the demo catalogue."""

import http.client
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from tests.services.program import Program

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
Give = Callable[..., dict[str, Any]]
PASSWORD = "kalamata-1"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; without one tests are skipped, or fail if SERVICES=required.

    It ends with the package: while Playwright runs, Django takes the thread for one that may not ask a database.
    """
    if CHROMIUM is None:
        missing = "there is no Chromium here: apt-get install chromium"
        (pytest.fail if os.environ.get("SERVICES") == "required" else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, base_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser of somebody's own, with no cookies yet. No page may ask for what its content policy refuses."""
    opened: list[BrowserContext] = []
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    def new_context(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(base_url=base_url, **options))
        opened[-1].on("console", note)
        return opened[-1]

    yield new_context
    for context in opened:
        context.close()
    assert refused == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("browser") / "data", EFI_DEMO_DATA="yes", EFI_DEMO_PASSWORD=PASSWORD)
    program.start()
    yield program
    program.end()


@pytest.fixture(scope="session")
def base_url(program: Program) -> str:
    return f"http://127.0.0.1:{program.port}"


@pytest.fixture(scope="session")
def give(program: Program) -> Give:
    """Gives a command as staff; returns what was answered."""
    token = program.manage("create_token", "staff@efi.example")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def give(name: str, /, **body: Any) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", program.port)
        connection.request("POST", f"/api/v1/commands/{name}", json.dumps(body), headers)
        answer = connection.getresponse()
        said: dict[str, Any] = json.loads(answer.read())
        assert answer.status < 300, said
        return said

    return give


@pytest.fixture
def signed_in(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Somebody's page, signed in, on a screen of this size. No script may fail on it."""
    faults: list[str] = []

    def sign_in(who: str, screen: ViewportSize = DESK) -> Page:
        page = new_context().new_page()
        page.set_viewport_size(screen)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/admin/login/")
        page.get_by_label("Email").fill(f"{who}@efi.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        expect(page.get_by_text("wait for a second person")).to_be_visible()
        return page

    yield sign_in
    assert faults == []


@pytest.fixture
def staff(signed_in: Callable[..., Page]) -> Page:
    return signed_in("staff")


@pytest.fixture
def approver(signed_in: Callable[..., Page]) -> Page:
    return signed_in("approver")
