"""What Django's own checks and bandit's rules, which are ruff's `S`, say of the program as it runs in production."""

import os
import secrets
import subprocess
import sys

import pytest

from tests.services.program import OURS, ROOT, managed

PRODUCTION = {
    "EFI_ENV": "production",
    "EFI_SECRET_KEY": secrets.token_urlsafe(48),
    "EFI_ALLOWED_HOSTS": "shop.example",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "EFI_BEHIND_TLS": "true",
    "EFI_TRUSTED_ORIGINS": "https://shop.example",
}
PLANTED = {
    "S102": "exec(input())",
    "S103": "import os\n\nos.chmod('a', 0o777)",
    "S105": "password = 'olives'",
    "S108": "open('/tmp/stock')",
    "S113": "import requests\n\nrequests.get('https://shop.example')",
    "S301": "import pickle\n\npickle.loads(b'')",
    "S307": "eval(input())",
    "S308": "from django.utils.safestring import mark_safe\n\nmark_safe(input())",
    "S324": "import hashlib\n\nhashlib.sha1(b'')",
    "S602": "import subprocess\n\nsubprocess.run(input(), shell=True)",
    "S608": "found = f'SELECT * FROM stock WHERE sku = {input()}'",
}


def deployed(**change):
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return managed(inherited | PRODUCTION | change, "check", "--deploy", "--fail-level", "WARNING")


def judged(text):
    """What `make check` says of a file of the program, by its rules."""
    order = [sys.executable, "-m", "ruff", "check", "--select", "S", "--output-format", "concise"]
    named = ["--stdin-filename", "efi/http/planted.py", "-"]
    run = subprocess.run([*order, *named], input=f"{text}\n", cwd=ROOT, capture_output=True, text=True, timeout=60)
    return run.stdout


def test_django_has_nothing_to_say_of_the_settings_of_production():
    run = deployed()
    assert (run.returncode, run.stderr) == (0, "")


def test_django_says_what_is_wrong_with_them():
    run = deployed(EFI_SECRET_KEY="o" * 60)
    assert run.returncode == 1
    assert "security.W009" in run.stderr


@pytest.mark.parametrize(("rule", "text"), PLANTED.items(), ids=PLANTED)
def test_what_bandit_refuses_is_refused(rule, text):
    assert rule in judged(text)


def test_bandits_rules_are_among_those_that_make_check_asks_for():
    order = [sys.executable, "-m", "ruff", "check", "--show-settings", "efi/settings.py"]
    asked = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout
    assert {f"({rule})" for rule in PLANTED} <= {word.strip(",") for word in asked.split()}
