"""A real browser at the real program, with the demo catalogue. Its tests are run by `make test-browser` alone."""

import http.client
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.program import Program

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
Give = Callable[..., dict[str, Any]]
PASSWORD = "kalamata-1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}


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
