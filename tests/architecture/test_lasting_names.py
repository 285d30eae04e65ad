"""Names that outlive a release: on RabbitMQ, in the database, and in what starts the program."""

import importlib.util

from django.conf import settings

from efi.delivery import broker, letters, tasks
from efi.domain.events import EVENTS
from efi.http.permissions import OPERATE, READ_STREAMS, read_records_of
from efi.running import demo
from efi.running.embedded import data_folder


def test_bells_of_the_release_before_find_their_task():
    assert tasks.catch_up.name == "efi.tasks.catch_up"
    assert tasks.app.tasks["efi.tasks.catch_up"] == tasks.catch_up


def test_exchanges_and_the_queue_of_dead_letters_keep_their_names():
    assert [exchange.name for exchange in (broker.BELLS, broker.DEAD)] == ["efi.bells", "efi.dead"]
    assert broker.dead_letters().name == "efi.dead"
    assert letters.EXCHANGE.name == "efi.events"


def test_permissions_and_events_of_the_kernel_keep_their_names():
    assert (OPERATE, read_records_of("catalog"), READ_STREAMS) == (
        "efi.operate",
        "catalog.read_records",
        "efi.read_streams",
    )
    assert [name for name in EVENTS if name.startswith("efi.")] == ["efi.Beaten"]


def test_the_program_is_started_by_the_name_that_deployments_use():
    assert importlib.util.find_spec("efi.serve")
    assert settings.WSGI_APPLICATION == "efi.wsgi.application"


def test_data_lie_beside_the_project_unless_another_folder_is_named(monkeypatch):
    monkeypatch.delenv("EFI_DATA")
    assert data_folder() == settings.BASE_DIR / "var"
    assert (settings.BASE_DIR / "manage.py").exists()


def test_the_mark_of_the_demo_accounts_stays_readable(settings):
    """Another salt would have each start set the demo accounts' passwords anew."""
    settings.SECRET_KEY = "for development only: everybody knows this key"
    made_before = "843af3ccbd60"
    assert demo.mark_of("a password")["password"].startswith(made_before)
