"""What MongoDB writes down of its own accord: nothing of what was asked."""

from pymongo import MongoClient

from efi.running.embedded import Mongod
from efi.running.engines import form_replica_set

NAME = "Anneliese Mustermann"


def test_a_slow_query_is_not_written_into_the_log_with_what_it_asked_for(tmp_path):
    mongod = Mongod(tmp_path)
    mongod.start()
    try:
        form_replica_set(mongod.uri)
        with MongoClient(mongod.uri) as client:
            people = client["efi"]["people"]
            people.insert_one({"name": NAME})
            assert list(people.find({"name": NAME, "$where": "sleep(150) || true"}))
    finally:
        mongod.stop()
    assert NAME not in (tmp_path / "mongo.log").read_text()
