"""What the environment may say, and what production does not accept."""

import re
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[2] / "efi" / "settings.py"
PRODUCTION = {
    "EFI_ENV": "production",
    "EFI_SECRET_KEY": "a key of its own, as long as a key has to be",
    "EFI_ALLOWED_HOSTS": "shop.example",
    "EMAIL_URL": "smtp+tls://mail.example:587",
}

STARTED = """
import sys
import django
started = []
sys.addaudithook(lambda event, arguments: started.append(arguments) if event == "subprocess.Popen" else None)
django.setup()
print(*started, sep="\\n", end="")
"""


@pytest.fixture
def read(monkeypatch):
    def read(**environment):
        for name in ("EFI_ENV", "EFI_SECRET_KEY", "EFI_DEBUG", "EFI_ALLOWED_HOSTS", "EFI_DEMO_DATA"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


@pytest.mark.parametrize(
    ("given", "currency"),
    [({}, "USD"), ({"EFI_DEMO_DATA": "false"}, "BBD"), ({"EFI_CURRENCY": "EUR"}, "EUR")],
)
def test_the_currency_of_the_shop_is_what_is_said_or_else_that_of_the_demo(read, given, currency):
    assert read(**given)["EFI_CURRENCY"] == currency


def test_a_currency_that_we_do_not_trade_in_is_none_of_a_shop(read):
    with pytest.raises(ImproperlyConfigured, match="EFI_CURRENCY is one of BBD, USD, EUR, GBP, BRL, not 'XAU'"):
        read(EFI_CURRENCY="XAU")


def test_development_needs_no_settings(read):
    settings = read()
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert not settings["DEBUG"]
    assert not settings["SESSION_COOKIE_SECURE"]


def test_production_sends_cookies_over_tls_only(read):
    settings = read(**PRODUCTION)
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize("name", ["EFI_SECRET_KEY", "EFI_ALLOWED_HOSTS"])
def test_production_refuses_what_it_has_to_be_told(read, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{key: value for key, value in PRODUCTION.items() if key != name})


def test_production_refuses_to_show_error_pages(read):
    with pytest.raises(ImproperlyConfigured, match="EFI_DEBUG"):
        read(**PRODUCTION, EFI_DEBUG="on")


def test_production_refuses_a_key_that_can_be_guessed(read):
    with pytest.raises(ImproperlyConfigured, match="32 characters"):
        read(**PRODUCTION | {"EFI_SECRET_KEY": "short"})


def test_a_misspelt_log_level_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="not 'chatty'"):
        read(EFI_LOG_LEVEL="chatty")


def test_spaces_between_hosts_do_no_harm(read):
    assert read(EFI_ALLOWED_HOSTS="a.example, b.example")["ALLOWED_HOSTS"] == ["a.example", "b.example"]


def test_a_misspelt_environment_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="not 'prod'"):
        read(EFI_ENV="prod")


def test_without_a_broker_a_bell_is_answered_at_once(read):
    assert read()["CELERY_TASK_ALWAYS_EAGER"]


def test_a_misspelt_read_preference_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="not 'replica'"):
        read(EFI_READ_PREFERENCE="replica")


def test_a_limit_that_says_nothing_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="EFI_LIMIT_READS is something like 600/minute, not 'many'"):
        read(EFI_LIMIT_READS="many")


def test_a_limit_may_be_left_out_and_may_be_several(read):
    assert read(EFI_LIMIT_READS="", EFI_LIMIT_SIGN_INS="5/minute;20/day")["LIMITS"]["sign_ins"] == "5/minute;20/day"


@pytest.mark.parametrize("rates", ["USD", "USD=", "USD=0", "usd=2.00", "USD=-2", "USD=two"])
def test_a_rate_that_says_nothing_is_refused(read, rates):
    with pytest.raises(ImproperlyConfigured, match="EFI_BBD_RATES is something like USD="):
        read(EFI_BBD_RATES=rates)


def test_a_dollar_of_the_united_states_is_two_of_barbados_unless_said_otherwise(read):
    assert read()["EFI_BBD_RATES"] == {"USD": Decimal("2.00")}
    assert read(EFI_BBD_RATES="USD=2.02,EUR=2.30")["EFI_BBD_RATES"] == {"USD": Decimal("2.02"), "EUR": Decimal("2.30")}


def test_an_address_that_is_no_redis_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL begins with"):
        read(REDIS_URL="127.0.0.1:6379")


def test_logs_are_for_people_in_development_and_for_machines_in_production(read):
    assert read()["LOGGING"]["handlers"]["stderr"]["formatter"] == "line"
    assert read(**PRODUCTION)["LOGGING"]["handlers"]["stderr"]["formatter"] == "json"
    assert read(**PRODUCTION, EFI_LOG_FORMAT="line")["LOGGING"]["handlers"]["stderr"]["formatter"] == "line"


def test_a_misspelt_log_format_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="not 'xml'"):
        read(EFI_LOG_FORMAT="xml")


def test_alerts_go_to_an_address_of_the_web_alone(read):
    with pytest.raises(ImproperlyConfigured, match="EFI_ALERT_WEBHOOK"):
        read(EFI_ALERT_WEBHOOK="file:///etc/passwd")


def test_production_sends_mails_somewhere_else_than_to_its_log(read):
    with pytest.raises(ImproperlyConfigured, match="needs EMAIL_URL"):
        read(**{name: value for name, value in PRODUCTION.items() if name != "EMAIL_URL"})
    settings = read(
        **PRODUCTION
        | {
            "EFI_ALERT_MAIL": "operators@efi.example, night@efi.example",
            "EMAIL_URL": "smtp+tls://efi:olives@mail.example:587",
        }
    )
    assert settings["EFI_ALERT_MAIL"] == ["operators@efi.example", "night@efi.example"]
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == ("mail.example", 587, True)


@pytest.mark.parametrize("url", ["elastic", "http://elastic", "http://one:9200, http://two:9200", "redis://one:6379"])
def test_an_elasticsearch_that_cannot_be_reached_by_its_address_is_refused_without_telling_it(read, url):
    with pytest.raises(ImproperlyConfigured, match="ELASTICSEARCH_URL is http://host:port"):
        read(ELASTICSEARCH_URL=url)


def test_several_nodes_of_elasticsearch_are_taken(read):
    assert read(ELASTICSEARCH_URL="https://elias:secret@one:9200,http://two:9200/search")["ELASTICSEARCH_URL"]


@pytest.mark.parametrize("name", ["MONGODB_URI", "BROKER_URL", "REDIS_URL", "ELASTICSEARCH_URL", "EMAIL_URL"])
@pytest.mark.parametrize("awkward", "/?#[]")
def test_an_address_whose_password_would_cut_it_short_is_refused_without_a_word_of_it(read, name, awkward):
    scheme = {"ELASTICSEARCH_URL": "http", "EMAIL_URL": "smtp", "BROKER_URL": "amqp"}.get(name, name[:7].lower())
    with pytest.raises(ImproperlyConfigured, match=f"{name} holds one of") as refused:
        read(**{name: f"{scheme}://efi:olives{awkward}1987@db.example:1234"})
    assert {"olives", "1987"} & set(re.findall(r"\w+", str(refused.value))) == set()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("MONGODB_URI", "mongodb://efi:olives%2F1987@h1:27017,h2:27017/efi?replicaSet=efi&appName=a@b"),
        ("BROKER_URL", "amqp://efi:ol@ives@mq.example:5672//"),
        ("REDIS_URL", "redis://:olives@cache.example:6379/0"),
        ("ELASTICSEARCH_URL", "http://h1:9200/search,http://efi:olives@h2:9200"),
        ("EMAIL_URL", "smtp://ada@shop.example:olives@mail.example:25"),
    ],
)
def test_an_address_that_can_be_taken_apart_is_taken(read, name, address):
    assert read(**{name: address})


def test_a_webhook_with_a_password_is_refused_without_a_word_of_it(read):
    with pytest.raises(ImproperlyConfigured, match="takes no user and password") as refused:
        read(EFI_ALERT_WEBHOOK="https://efi:olives@hooks.example/x")
    assert "olives" not in str(refused.value)
    assert read(EFI_ALERT_WEBHOOK="https://hooks.example/x?to=ada@shop.example")


def test_a_process_that_reads_them_starts_no_others():
    run = subprocess.run([sys.executable, "-c", STARTED], cwd=SETTINGS.parents[1], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "")
