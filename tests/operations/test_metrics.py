"""Figures for Prometheus: who gets them, and that they are those of every process."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
import yaml
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pymongo.errors import ConnectionFailure

from efi.http import permissions
from efi.http.hot_reads import KEPT_AS
from efi.log.event_store import now
from efi.models import User
from efi.operations.monitoring import figures, processes
from efi.operations.monitoring.alerts import RULES
from efi.operations.monitoring.requests import count_requests
from efi.runtime.metrics import (
    BREAKER,
    COMMAND_SECONDS,
    HANDLED,
    HEARTBEAT_AT,
    QUEUE_DEPTH,
    QUICK,
    REQUESTS,
    declared,
    name_of,
)
from efi.writing.command_metrics import observed
from tests.services.program import ROOT

TOKEN = "prometheus-may-look"
DEPLOY = ROOT / "deploy"


@pytest.fixture
def shop(db, store, settings):
    settings.EFI_METRICS_TOKEN = TOKEN
    permissions.ensure_groups()


def asked(token=TOKEN):
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/metrics")


def signed_in(*held):
    account = User.objects.create_user("omar@efi.example", "olives", is_staff=True)
    account.user_permissions.add(*Permission.objects.filter(codename__in=held))
    client = Client()
    client.force_login(account)
    return client.get("/metrics")


def told_by(answer):
    families = text_string_to_metric_families(answer.content.decode())
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *(said for _, said in sorted(sample.labels.items()))): sample.value for sample in samples}


class TestWhoIsAnswered:
    def test_whoever_has_the_token(self, shop):
        assert asked().status_code == 200
        assert asked()["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("token", ["", "another", TOKEN[:-1], f"{TOKEN} ", "ö"])
    def test_nobody_with_another(self, shop, token):
        answer = asked(token)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert b"efi_" not in answer.content

    @pytest.mark.parametrize("token", ["", TOKEN])
    def test_nobody_by_a_token_where_none_is_set(self, shop, settings, token):
        settings.EFI_METRICS_TOKEN = ""
        assert asked(token).status_code == 401

    def test_operators_who_are_signed_in(self, shop):
        assert signed_in("operate").status_code == 200

    def test_no_other_staff(self, shop):
        assert signed_in("read_records").status_code == 403


class TestWhatIsTold:
    def test_a_request_by_its_route_and_never_by_its_address(self, shop):
        Client().get("/problems/of-somebody")
        Client().get("/no/such/page-of-somebody")
        Client().generic("BREW", "/health/live")
        told = told_by(asked())
        assert told["efi_requests_total", "GET", "/problems/<str:name>", "404"] >= 1
        assert told["efi_requests_total", "GET", "none", "404"] >= 1
        assert told["efi_requests_total", "other", "/health/live", "405"] >= 1
        assert not any("of-somebody" in label for name in told for label in name)

    def test_a_request_that_the_cache_answered_by_what_it_is_of(self, rf):
        def hot(request):
            request.META[KEPT_AS] = "product"
            return HttpResponse()

        before = REQUESTS.labels("hot product", "GET", "200")._value.get()
        count_requests(hot)(rf.get("/api/v1/products/OLI-1"))
        assert REQUESTS.labels("hot product", "GET", "200")._value.get() == before + 1

    def test_how_everything_stands_as_one_process_measured_it_for_all(self, shop):
        figures.write(
            now(), gauges={(name_of(QUEUE_DEPTH), ("product_catalog",)): 7.0, (name_of(HEARTBEAT_AT), ()): 1.5}
        )
        told = told_by(asked())
        assert told["efi_queue_depth", "product_catalog"] == 7
        assert told["efi_heartbeat_timestamp_seconds",] == 1.5

    def test_nothing_of_how_it_stood_a_minute_ago(self, shop):
        figures.write(now() - timedelta(minutes=1), gauges={(name_of(HEARTBEAT_AT), ()): 1.5})
        assert ("efi_heartbeat_timestamp_seconds",) not in told_by(asked())

    def test_what_is_counted_while_the_store_is_away(self, shop, monkeypatch):
        def away(*_):
            raise ConnectionFailure("nobody answers")

        figures.write(now(), gauges={(name_of(HEARTBEAT_AT), ()): 1.5})
        monkeypatch.setattr(figures, "read", away)
        told = told_by(asked())
        assert ("efi_heartbeat_timestamp_seconds",) not in told
        assert told


PROCESS = """
import sys
from efi.runtime import metrics
from efi.operations.monitoring import processes
metrics.HANDLED.labels("labels").inc(int(sys.argv[1]))
metrics.DELAY.labels("labels").observe(0.02)
metrics.BREAKER.labels("elasticsearch").set(1)
for family in processes.counted():
    for sample in family.samples:
        if sample.name in ("efi_handled_total", "efi_delay_seconds_count", "efi_breaker_open"):
            print(sample.name, sample.value)
"""


class TestSeveralProcesses:
    def run(self, folder, n):
        environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "efi.settings"}
        told = subprocess.run(
            [sys.executable, "-c", PROCESS, str(n)], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        return dict(line.split() for line in told.stdout.splitlines())

    def test_one_tells_what_all_have_counted_those_that_ended_too(self, tmp_path):
        totals = [self.run(tmp_path / "metrics", n) for n in (1, 2, 4)]
        assert [total["efi_handled_total"] for total in totals] == ["1.0", "3.0", "7.0"]
        assert totals[-1]["efi_delay_seconds_count"] == "3.0"

    def test_those_that_ended_leave_one_file_of_a_kind(self, tmp_path):
        for n in range(4):
            self.run(tmp_path, n)
        ended = sorted(file.name.partition("_")[0] for file in tmp_path.glob("*-ended.db"))
        assert ended == ["counter", "histogram"]
        assert len(list(tmp_path.glob("counter_*.db"))) == 2

    def test_a_container_that_is_gone_leaves_no_engine_alone_for_ever(self, shop, tmp_path, monkeypatch):
        self.run(tmp_path, 1)
        [left] = tmp_path.glob("gauge_livemax_*.db")
        left.rename(tmp_path / "gauge_livemax_gone-1.db")
        monkeypatch.setattr(processes, "FOLDER", str(tmp_path))
        assert "efi_breaker_open" not in {name for name, *_ in told_by(asked())}
        figures.write(now(), gauges={(name_of(BREAKER), ("elasticsearch",)): 1.0})
        assert told_by(asked())["efi_breaker_open", "elasticsearch"] == 1


class Kept:
    replayed = False


def lately(at):
    return figures.read(at - timedelta(minutes=1))


class TestShares:
    """What a process adds to the figures of all."""

    def test_two_processes_add_up(self, store):
        mine, at = figures.Share(), now()
        HANDLED.labels("labels").inc(3)
        mine.add(at)
        figures.write(at, counts={("efi_handled", ("labels",)): 4})
        assert lately(at).of(HANDLED)["labels",] == 7

    def test_nothing_is_added_twice(self, store):
        share, at = figures.Share(), now()
        HANDLED.labels("labels").inc(3)
        for _ in range(3):
            share.add(at)
        assert lately(at).total(HANDLED) == 3

    def test_a_quantile_is_found_between_the_bounds_of_its_bucket(self, store):
        share, at = figures.Share(), now()
        for _ in range(20):
            observed("change_price", uuid4(), Kept)
        share.add(at)
        many, p95 = lately(at).quantiles(COMMAND_SECONDS, (0.95,))["change_price",]
        assert many == 20
        assert 0 < p95 <= QUICK[0]

    def test_what_may_not_be_the_name_of_a_field_comes_back_as_it_was(self, store):
        at, series = now(), ("efi_requests", ("/export/<slug:model>.<slug:form>$", "GET", "%2E"))
        figures.write(at, counts={series: 1})
        assert lately(at).counts == {series: 1}

    def test_of_a_gauge_the_highest_value_stands(self, store):
        at, series = now(), (name_of(QUEUE_DEPTH), ("product_catalog",))
        for waiting in (3.0, 7.0, 5.0):
            figures.write(at, gauges={series: waiting})
        assert lately(at).of(QUEUE_DEPTH) == {("product_catalog",): 7.0}

    def test_slots_are_removed_after_ten_minutes(self, store):
        figures.ensure_indexes()
        kept = figures.slots().index_information()["at_1"]
        assert timedelta(seconds=kept["expireAfterSeconds"]) == timedelta(minutes=10)


class TestQuantiles:
    """Estimated from how many are in each bucket."""

    def test_one_lies_between_the_bounds_of_its_bucket(self):
        assert figures.quantile(0.5, {0.01: 2, 0.015: 2}) == 0.01
        assert figures.quantile(0.75, {0.01: 2, 0.015: 2}) == 0.0125

    def test_what_is_past_the_last_bound_is_told_as_that(self):
        assert figures.quantile(0.99, {float("inf"): 3}) == QUICK[-1]

    def test_of_nothing_it_is_nothing(self):
        assert figures.quantile(0.5, {}) == 0.0


class TestDeploy:
    """What we give to Prometheus and Grafana asks for figures that there are."""

    def names(self):
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
        return {name_of(metric) + end for metric in declared() for end in endings[metric._type]}

    def asked_for(self, text):
        return set(re.findall(r"\befi_[a-z_]+\b", text))

    def test_the_alerts_are_ours_and_ask_for_what_there_is(self):
        [group] = yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())["groups"]
        names = {rule["labels"]["rule"] for rule in group["rules"] if "rule" in rule["labels"]}
        assert names == {rule.name for rule in RULES}
        for rule in group["rules"]:
            wanted = self.asked_for(rule["expr"])
            assert wanted
            assert wanted <= self.names(), rule["alert"]
            assert rule["annotations"]["summary"]

    def test_the_dashboard_asks_for_what_there_is(self):
        board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
        asked = {target["expr"] for panel in board["panels"] for target in panel["targets"]}
        assert self.asked_for(" ".join(asked)) <= self.names()
        assert len(asked) >= 10

    def test_a_figure_that_there_is_not_is_found(self):
        assert not self.asked_for("rate(efi_olives_total[5m])") <= self.names()
