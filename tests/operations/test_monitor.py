"""The monitor page: the figures of all machines, for operators alone."""

import html
import re
from datetime import timedelta
from itertools import dropwhile, islice, takewhile
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from efi.domain.errors import Rejected
from efi.http import permissions
from efi.log.event_store import now
from efi.models import User
from efi.operations.monitoring import alerts, figures
from efi.operations.pages.monitor import seconds
from efi.runtime.metrics import COMMANDS, DELAY, HEARTBEAT_AT, RELAY_BEHIND, REQUESTS, UPDATE_DELAY, declared, name_of
from efi.writing.command_metrics import observed

PAGE = "/admin/operations/monitor"
GAUGES = {(name_of(UPDATE_DELAY), ("categories",)): 4.0, (name_of(RELAY_BEHIND), ("urgent",)): 1.5}


@pytest.fixture
def groups(db, store):
    permissions.ensure_groups()


@pytest.fixture
def visitor(groups):
    def sign_in(*held):
        account = User.objects.create_user(f"{uuid4()}@efi.example", "olives", is_staff=True)
        account.user_permissions.add(*Permission.objects.filter(codename__in=held))
        client = Client()
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def operator(visitor):
    return visitor("operate")


def rows(answer):
    """Of each row of the page's tables the words of its cells."""
    page = html.unescape(answer.content.decode())
    found = [
        re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    return [[" ".join(re.sub(r"<.*?>", " ", cell).split()) for cell in row] for row in found]


def row(answer, *begins):
    return next(cells for cells in rows(answer) if tuple(cells[: len(begins)]) == begins)


def cells(answer, metric, *labels):
    """What stands beside these labels under a metric's heading; nothing where there is no such row."""
    under = dropwhile(lambda row: row != [metric._documentation], rows(answer))
    found = takewhile(lambda row: len(row) > 1, islice(under, 1, None))
    return next((row[1:] for row in found if row[0] == (", ".join(labels) or "all")), [])


class TestWhoSeesIt:
    def test_operators_find_it_in_the_sidebar_and_on_the_front_page(self, operator):
        front = operator.get("/admin/")
        groups = {group.get("title"): group["items"] for group in front.context["sidebar_navigation"]}
        assert PAGE in [item["link"] for item in groups["Operations"]]
        assert front.content.decode().count(f'href="{PAGE}"') == 2
        assert operator.get(PAGE).status_code == 200

    def test_nobody_else_does(self, visitor):
        staff = visitor("read_streams")
        assert PAGE not in staff.get("/admin/").content.decode()
        assert staff.get(PAGE).status_code == 403
        assert Client().get(PAGE).status_code == 302

    def test_operators_are_a_group_that_may_do_just_that(self, groups):
        of_the_kernel = {name for name in permissions.GRANTS["operators"] if name.startswith("efi.")}
        assert of_the_kernel == {permissions.OPERATE}


class TestWhatItShows:
    def test_a_program_that_has_just_started(self, operator):
        answer = operator.get(PAGE)
        assert "Nobody has looked yet" in answer.content.decode()
        assert ["nothing is known of it"] in rows(answer)

    def test_every_metric_that_is_declared(self, operator):
        headings = [row[0] for row in rows(operator.get(PAGE)) if len(row) == 1]
        assert {metric._documentation for metric in declared()} <= set(headings)

    def test_how_long_things_took(self, operator):
        share, at = figures.Share(), now()
        for _ in range(10):
            DELAY.labels("categories").observe(0.02)
            DELAY.labels("bundles").observe(4)
        share.add(at)
        answer = operator.get(PAGE)
        assert cells(answer, DELAY, "categories") == ["10", "20.0 ms", "24.5 ms", "24.9 ms"]
        assert cells(answer, DELAY, "bundles")[1:] == ["3.8 s", "4.9 s", "5.0 s"]

    def test_how_everything_stands(self, operator):
        figures.write(now(), gauges=GAUGES | {(name_of(HEARTBEAT_AT), ()): now().timestamp() - 300})
        answer = operator.get(PAGE)
        assert cells(answer, UPDATE_DELAY, "categories") == ["4.0 s"]
        assert cells(answer, RELAY_BEHIND, "urgent") == ["1.5 s"]
        assert cells(answer, HEARTBEAT_AT) == ["5 min ago"]

    def test_nothing_of_how_it_stood_a_minute_ago(self, operator):
        figures.write(now() - timedelta(minutes=1), gauges=GAUGES)
        assert cells(operator.get(PAGE), UPDATE_DELAY, "categories") == []

    def test_what_another_machine_has_counted(self, operator):
        figures.write(now(), counts={("efi_requests", ("/somewhere", "GET", "500")): 5})
        assert cells(operator.get(PAGE), REQUESTS, "/somewhere", "GET", "500") == ["5"]

    def test_nothing_that_was_counted_more_than_five_minutes_ago(self, operator):
        figures.write(now() - timedelta(minutes=6), counts={("efi_requests", ("/somewhere", "GET", "500")): 5})
        assert cells(operator.get(PAGE), REQUESTS, "/somewhere", "GET", "500") == []

    def test_how_commands_ended(self, operator):
        def refuse():
            raise Rejected("no")

        share = figures.Share()
        with pytest.raises(Rejected):
            observed("press_olives", uuid4(), refuse)
        share.add(now())
        assert cells(operator.get(PAGE), COMMANDS, "press_olives", "rejected") == ["1"]

    def test_what_there_was_most_of_comes_first_and_the_rest_not_at_all(self, operator):
        figures.write(now(), counts={("efi_requests", (f"/{n:02}", "GET", "200")): n for n in range(1, 61)})
        answer = operator.get(PAGE)
        shown = [row[0] for row in rows(answer) if row[0].endswith("GET, 200")]
        assert (shown[0], shown[-1], len(shown)) == ("/60, GET, 200", "/21, GET, 200", 40)

    def test_an_alert_that_fires_and_what_is_not_told_yet(self, operator):
        for seconds_on in (0, 10, 20):
            alerts.evaluate(
                {(name_of(UPDATE_DELAY), ("categories",)): 61.0}, now() + timedelta(seconds=seconds_on), ("mail",)
            )
        told = row(operator.get(PAGE), "Documents lag behind the log lag")
        assert (told[1], told[3:]) == ("firing", ["61 s", "30 s", "1 not sent yet"])

    def test_that_nobody_looks_any_more(self, operator):
        alerts.evaluate({}, now() - timedelta(minutes=1))
        assert "Nobody has looked since" in operator.get(PAGE).content.decode()

    def test_a_name_that_is_not_ours_does_no_harm(self, operator):
        figures.write(now(), counts={("efi_bells", ("<script>alert(1)</script>", "answered")): 1})
        assert "<script>alert" not in operator.get(PAGE).content.decode()

    def test_it_asks_for_its_figures_again_and_gets_them_alone(self, operator):
        page = operator.get(PAGE).content.decode()
        assert f'hx-get="{PAGE}"' in page
        again = operator.get(PAGE, headers={"HX-Request": "true"}).content.decode()
        assert again.lstrip().startswith('<div id="monitor"')
        assert "<html" not in again


@pytest.mark.parametrize(
    ("value", "words"), [(0.0042, "4.2 ms"), (0.25, "250 ms"), (1.5, "1.5 s"), (119, "119.0 s"), (180, "3 min")]
)
def test_durations_are_worded_as_people_say_them(value, words):
    assert seconds(value) == words
