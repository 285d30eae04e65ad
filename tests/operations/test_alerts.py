"""Alerts: each fires and clears, once however many look, and people are told of both."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from efi.delivery import broker, heartbeat
from efi.log import event_store, mongo
from efi.operations.monitoring import alerts, figures, notifications, watch
from efi.reading import failures, freshness, generations
from efi.runtime import metrics
from efi.writing.repository import memory
from tests.operations.receivers import receiving
from tests.tavern.labels import OPINIONS, only

NAMES = [rule.name for rule in alerts.RULES]
PERIOD = int(figures.PERIOD.total_seconds())
SECRET = "between the two of us"


class System:
    """A program with one read model, at a moment that is set by hand."""

    def __init__(self, monkeypatch):
        self.at = event_store.now()
        self.dead = 0
        self.share = figures.Share()
        monkeypatch.setattr(event_store, "now", lambda: self.at)
        monkeypatch.setattr(broker, "depths", lambda: {broker.DEAD.name: self.dead})

    def watched(self, *, seconds=0):
        """Beat looks every ten seconds, for so long."""
        for _ in range(0, seconds + 1, PERIOD):
            self.at += figures.PERIOD
            watch.watch(self.at)

    def behind(self, seconds):
        """So much later than the log is what the documents show, at every look to come within a minute or so."""
        confirmed = self.at - timedelta(seconds=seconds)
        freshness.entries().update_many({}, {"$set": {"confirmed": confirmed}})

    def counted(self, metric, n):
        metric.labels("opinions").inc(n)
        self.share.add(self.at)

    def state(self, name):
        return alerts.alerts().find_one({"_id": name})


@pytest.fixture
def system(store, monkeypatch):
    memory.forget()
    generations.forget()
    with only(OPINIONS):
        generations.build_missing()
        figures.ensure_indexes()
        yield System(monkeypatch)
    generations.forget()


@pytest.fixture
def hook(settings):
    """Told of alerts by the webhook."""
    with receiving() as receiver:
        settings.EFI_ALERT_WEBHOOK, settings.EFI_ALERT_SECRET = f"{receiver.address}/alerts", SECRET
        yield receiver


@pytest.fixture
def mail(settings, mailoutbox):
    settings.EFI_ALERT_MAIL = ["operators@efi.example"]
    return mailoutbox


def told(hook, name):
    said = [json.loads(body) for _, _, body in hook.sent]
    return [one["state"] for one in said if one["alert"] == name]


def late(system):
    system.behind(60)


def in_time(system):
    system.behind(-300)


def folds_fail(system):
    system.counted(metrics.HANDLED, 90)
    system.counted(metrics.FAILURES, 1)


def a_job_fails(system):
    system.counted(metrics.JOB_FAILURES, 1)


def five_minutes_pass(system):
    system.at += timedelta(minutes=6)


def differs(system):
    mongo.collection("verifications").insert_one({"_id": "opinions", "at": system.at, "drift": 2})


def was_healed(system):
    mongo.collection("verifications").update_one({"_id": "opinions"}, {"$set": {"drift": 0}})


def stands_aside(system):
    aside = {"generation": generations.live("opinions").name, "stream": "tasting:1", "quarantined": True}
    failures.failures().insert_one(aside)


def was_retried(system):
    failures.failures().delete_many({})


def is_given_up(system):
    system.dead = 1


def was_emptied(system):
    system.dead = 0


def misses_a_heartbeat(system):
    heartbeat.beat(system.at - timedelta(minutes=2))
    system.at += timedelta(minutes=2)


def beats(system):
    system.at += timedelta(seconds=40)
    heartbeat.beat(system.at)


HAPPENS = {
    "lag": (late, in_time),
    "failures": (folds_fail, five_minutes_pass),
    "drift": (differs, was_healed),
    "quarantine": (stands_aside, was_retried),
    "dead_letters": (is_given_up, was_emptied),
    "jobs": (a_job_fails, five_minutes_pass),
    "heartbeat": (misses_a_heartbeat, beats),
}


def test_every_rule_is_seen_here():
    assert list(HAPPENS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_fires_and_clears_and_is_told_by_mail_and_webhook(system, hook, mail, name):
    breaks, mended = HAPPENS[name]
    in_time(system)
    breaks(system)
    system.watched(seconds=20)
    assert system.state(name)["firing"]
    assert told(hook, name) == ["firing"]
    mended(system)
    if name == "heartbeat":
        watched_while_it_beats(system, 40)
    else:
        system.watched(seconds=40)
    assert not system.state(name)["firing"]
    assert system.state(name)["cleared"]
    assert told(hook, name) == ["firing", "cleared"]
    title = next(rule.title for rule in alerts.RULES if rule.name == name)
    assert [one.subject for one in mail if title in one.subject] == [
        f"[efi] firing: {title}",
        f"[efi] cleared: {title}",
    ]


def watched_while_it_beats(system, seconds):
    for _ in range(0, seconds + 1, PERIOD):
        system.watched()
        heartbeat.beat(system.at)


def test_a_program_that_starts_fires_nothing_for_what_came_before(system, hook):
    system.behind(3600)
    system.watched(seconds=0)
    assert not system.state("lag")["firing"]


def test_what_wavers_around_its_bound_fires_once(system, hook):
    for seconds in (31, 35, 40, 20, 16, 33, 20, 31):
        system.behind(seconds - PERIOD)
        system.watched()
    assert system.state("lag")["firing"]
    assert told(hook, "lag") == ["firing"]


def test_of_many_beats_one_tells(system, hook, mail):
    late(system)
    with ThreadPoolExecutor(8) as beats_at_once:
        for seconds in (0, 10, 20):
            moments = [system.at + timedelta(seconds=seconds, milliseconds=beat) for beat in range(8)]
            list(beats_at_once.map(watch.watch, moments))
    assert told(hook, "lag") == ["firing"]
    assert len([one for one in mail if "lag" in one.body]) == 1


def test_what_could_not_be_sent_is_sent_the_next_time_and_nothing_else_twice(system, hook, mail):
    late(system)
    hook.status = 500
    system.watched(seconds=30)
    assert told(hook, "lag") == []
    assert [notice["channel"] for notice in system.state("lag")["owed"]] == ["webhook"]
    hook.status = 200
    system.watched()
    assert told(hook, "lag") == ["firing"]
    assert system.state("lag")["owed"] == []
    assert len([one for one in mail if "lag" in one.body]) == 1


def test_what_is_owed_to_a_webhook_that_was_taken_away_keeps_nothing_else_from_being_told(system, settings, hook, mail):
    hook.status = 500
    late(system)
    system.watched(seconds=20)
    settings.EFI_ALERT_WEBHOOK = ""
    differs(system)
    system.watched(seconds=90)
    assert system.state("lag")["owed"] == []
    assert [one for one in mail if "drift" in one.body]


def test_what_cannot_be_measured_is_neither_well_nor_worse(system, hook, monkeypatch):
    is_given_up(system)
    system.watched(seconds=20)
    monkeypatch.setattr(broker, "depths", unreachable)
    system.watched(seconds=60)
    assert system.state("dead_letters")["firing"]
    assert told(hook, "dead_letters") == ["firing"]


def unreachable():
    raise OSError("RabbitMQ does not answer")


def test_a_webhook_that_nobody_answers_keeps_no_mail_from_being_sent(system, settings, hook, mail):
    hook.end()
    late(system)
    system.watched(seconds=20)
    assert [one for one in mail if "lag" in one.body]


def test_the_receiver_can_tell_that_it_was_us(system, hook):
    late(system)
    system.watched(seconds=20)
    path, headers, body = hook.sent[0]
    assert (path, headers["Content-Type"]) == ("/alerts", "application/json")
    assert headers["X-EFI-Signature"] == notifications.signature(SECRET, body)
    assert notifications.signature("of somebody else", body) != notifications.signature(SECRET, body)


def test_without_anybody_to_tell_alerts_are_kept_for_the_page(system):
    late(system)
    system.watched(seconds=20)
    kept = system.state("lag")
    assert (kept["firing"], kept["owed"], kept["told"]) == (True, [], None)
    assert kept["value"] > 60
