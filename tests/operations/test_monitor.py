"""The monitor page: the figures of all machines, in words and curves, for operators alone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from efi.domain.errors import Rejected
from efi.http import permissions
from efi.log.event_store import now
from efi.models import User
from efi.operations.monitoring import alerts, samples
from efi.operations.monitoring.sparklines import Sparkline
from efi.operations.monitoring.views import seconds
from efi.runtime.metrics import CACHE_READS, DELAY, HANDLED, RELAY_BEHIND, UPDATE_DELAY, name_of
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
    page = re.sub(r"<svg.*?aria-label=\"(.*?)\".*?</svg>", r"\1", answer.content.decode(), flags=re.DOTALL)
    found = [
        re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    return [[" ".join(re.sub(r"<.*?>", " ", cell).split()) for cell in row] for row in found]


def row(answer, *begins):
    return next(cells for cells in rows(answer) if tuple(cells[: len(begins)]) == begins)


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
        assert permissions.GRANTS["operators"] == {permissions.OPERATE}


class TestWhatItShows:
    def test_a_program_that_has_just_started(self, operator):
        answer = operator.get(PAGE)
        assert "Nobody has looked yet" in answer.content.decode()
        assert row(answer, "all", "–")[1:4] == ["–", "–", "–"]

    def test_delays_by_read_model_and_of_all_together(self, operator):
        share, at = samples.Share(), now()
        for _ in range(10):
            DELAY.labels("categories").observe(0.02)
            DELAY.labels("bundles").observe(4)
        HANDLED.labels("categories").inc(10)
        share.add(at)
        samples.write(at, gauges=GAUGES)
        answer = operator.get(PAGE)
        p50, p95, p99, _, failed, late, *_ = row(answer, "categories")[1:]
        assert (p50, p95, p99) == ("20.0 ms", "24.5 ms", "24.9 ms")
        assert (failed, late) == ("0.00 %", "4.0 s")
        assert row(answer, "all")[2] == "4.8 s"
        assert row(answer, "relay urgent, behind")[1] == "1.5 s"

    def test_what_another_machine_has_counted(self, operator):
        samples.write(now(), counts={("efi_requests", ("/somewhere", "GET", "500")): 5})
        assert row(operator.get(PAGE), "/somewhere")[1:4] == ["1.0", "0", "5"]

    def test_how_commands_ended(self, operator):
        def refuse():
            raise Rejected("no")

        share = samples.Share()
        with pytest.raises(Rejected):
            observed("press_olives", uuid4(), refuse)
        share.add(now())
        assert row(operator.get(PAGE), "press_olives")[1:5] == ["0", "1", "0", "0"]

    def test_how_often_the_cache_knew(self, operator):
        share = samples.Share()
        CACHE_READS.labels("product", "hit").inc(3)
        CACHE_READS.labels("product", "miss").inc(1)
        share.add(now())
        assert row(operator.get(PAGE), "product")[1:5] == ["3", "1", "0", "75.00 %"]

    def test_what_was_an_hour_ago_only_on_the_day(self, operator):
        samples.write(now() - timedelta(hours=3), counts={("efi_commands", ("press_olives", "accepted")): 5})
        samples.write(now(), counts={("efi_commands", ("press_olives", "accepted")): 1})
        hour, day = (row(operator.get(f"{PAGE}?span={span}"), "press_olives")[-1] for span in ("hour", "day"))
        assert hour == "how many in the last hour from 1 to 1, last 1"
        assert day == "how many in the last day from 1 to 5, last 1"

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
        samples.write(now(), counts={("efi_bells", ("<script>alert(1)</script>", "answered")): 1})
        assert "<script>alert" not in operator.get(PAGE).content.decode()

    def test_it_asks_for_its_figures_again_and_gets_them_alone(self, operator):
        page = operator.get(PAGE).content.decode()
        assert f'hx-get="{PAGE}?span=hour"' in page
        again = operator.get(PAGE, headers={"HX-Request": "true"}).content.decode()
        assert again.lstrip().startswith('<div id="monitor"')
        assert "<html" not in again

    def test_an_unknown_span_is_an_hour(self, operator):
        assert "?span=hour" in operator.get(f"{PAGE}?span=century").content.decode()


class TestSparklines:
    def test_a_gap_is_left_where_nothing_was_known(self):
        line = Sparkline([1, 2, None, 4, None, 3, 3], str, "hour")
        assert [len(curve.split()) for curve in line.curves] == [2, 2, 2]

    def test_it_is_told_in_words(self):
        line = Sparkline([0.004, None, 1.5], seconds, "hour")
        assert line.words == "in the last hour from 4.0 ms to 1.5 s, last 1.5 s"
        assert Sparkline([None], seconds, "hour").words == "nothing in the last hour"

    def test_the_highest_is_at_the_top_and_nothing_at_the_bottom(self):
        [curve] = Sparkline([0, 5, 10], str, "hour").curves
        assert [point.split(",")[1] for point in curve.split()] == ["26.0", "14.0", "2.0"]

    def test_a_curve_of_nothing_but_zeros_is_flat(self):
        [curve] = Sparkline([0, 0], str, "hour").curves
        assert {point.split(",")[1] for point in curve.split()} == {"26.0"}
