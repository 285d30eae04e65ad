"""A person who is forgotten: nothing of them is left in any store, file or log, however it is looked for."""

import gzip
import json
import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from pymongo import MongoClient
from redis import Redis

from tests.services.program import Program, eventually

NAME, ADDRESS, PHONE = "Anneliese Sperrmueller", "anneliese@people.example", "246 430 7719"
STREET = "Kaktusgasse 17"
TRACES = (NAME, "Sperrmueller", ADDRESS, "Kaktusgasse", "430 7719", "4307719")
PASSWORD = "tangerine lamp 42 x"


class Browser:
    """One that keeps cookies, at the API of a program."""

    def __init__(self, port):
        self.at, self.cookies = f"http://127.0.0.1:{port}", CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.token = ""

    def send(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "User-Agent": "Netscape 4.7 (Sperrmueller)"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = json.dumps(body).encode() if body is not None else None
        request = Request(f"{self.at}/api/v1/{path}", data, headers, method=method)
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error


@pytest.fixture
def program(tmp_path, redis_server, elasticsearch_server):
    mails = tmp_path / "mails"
    mails.mkdir()
    program = Program(
        tmp_path / "data",
        EMAIL_URL=f"filemail:///{mails}",
        REDIS_URL=of_its_own(redis_server),
        ELASTICSEARCH_URL=elasticsearch_server.uri,
        EFI_LOG_LEVEL="DEBUG",
    )
    program.mails, program.redis, program.elastic = mails, redis_server, elasticsearch_server
    program.start()
    yield program
    program.end()


def of_its_own(server):
    """A database that no other test looks into."""
    return server.uri.removesuffix("/0") + "/5"


def code_in(program):
    def found():
        texts = [file.read_text() for file in program.mails.iterdir() if file.is_file()]
        return re.findall(r"\b\d{6}\b", "\n".join(texts))

    return eventually(found)[-1]


def traces_in(text):
    return {trace for trace in TRACES if trace.lower() in text.lower()}


def in_mongodb(uri):
    """The collections that hold a trace, by what it is."""
    found = {}
    with MongoClient(uri) as client:
        database = client["efi"]
        for one in database.list_collections():
            if one["type"] == "collection" and not one["name"].startswith("system."):
                for document in database[one["name"]].find():
                    if traces := traces_in(str(document)):
                        found[one["name"]] = traces
    return found


def in_redis(server):
    held = {}
    with Redis.from_url(of_its_own(server)) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            value = client.hgetall(key) if kind == b"hash" else client.get(key) if kind == b"string" else key
            if traces := traces_in(str(key) + str(value)):
                held[key] = traces
    return held


def in_elasticsearch(server):
    with urlopen(f"{server.uri}/_cat/indices?h=index&format=json", timeout=20) as answer:
        names = [one["index"] for one in json.load(answer) if not one["index"].startswith(".")]
    found = set()
    for name in names:
        with urlopen(f"{server.uri}/{name}/_search?size=1000", timeout=20) as answer:
            found |= traces_in(answer.read().decode())
    return found


def in_files(program):
    """The files of ours under the data folder, and MongoDB's log, that hold a trace; its own data are told apart."""
    held = {}
    for file in program.data.rglob("*"):
        if file.is_file() and "mongo/" not in f"{file.relative_to(program.data)}":
            raw = file.read_bytes()
            text = gzip.decompress(raw) if file.suffix == ".gz" else raw
            if traces := traces_in(text.decode(errors="replace")):
                held[str(file)] = traces
    return held


def everywhere(program):
    uri = (program.data / "mongodb-uri").read_text().strip()
    return {
        "MongoDB": in_mongodb(uri),
        "Redis": in_redis(program.redis),
        "Elasticsearch": in_elasticsearch(program.elastic),
        "files": in_files(program),
        "log": traces_in(program.said()),
    }


def known_to(program):
    """Signs up, writes down where she lives, agrees to mails, and signs in twice."""
    browser = Browser(program.port)
    browser.send("POST", "auth/register", {"email": ADDRESS, "password": PASSWORD, "name": NAME})
    browser.send("POST", "auth/verify", {"email": ADDRESS, "code": code_in(program)})
    Browser(program.port).send("POST", "auth/login", {"email": ADDRESS, "password": PASSWORD})
    _, said = browser.send("POST", "auth/login", {"email": ADDRESS, "password": PASSWORD, "token": True})
    browser.token = said["data"]["token"]
    browser.send("PATCH", "me", {"phone": PHONE})
    place = {"street": STREET, "city": "Bridgetown", "parish": "BB-08", "country": "BB"}
    browser.send("POST", "me/addresses", place)
    browser.send("POST", "me/consents", {"kind": "marketing", "version": "2026-11"})
    browser.send("POST", "me/confirm", {"password": PASSWORD})
    return browser


def test_nothing_is_left_of_somebody_who_was_forgotten(program, tmp_path):
    browser = known_to(program)
    before = everywhere(program)
    assert before["MongoDB"], "nobody was known"
    program.manage("backup", str(tmp_path / "backup"))
    assert (
        traces_in(
            "".join(
                gzip.decompress(one.read_bytes()).decode(errors="replace") for one in (tmp_path / "backup").glob("*.gz")
            )
        )
        == set()
    )
    browser.send("DELETE", "me")
    eventually(lambda: not in_mongodb((program.data / "mongodb-uri").read_text().strip()), 30)
    nothing = {"MongoDB": {}, "Redis": {}, "Elasticsearch": set(), "files": {}, "log": set()}
    assert everywhere(program) == nothing
