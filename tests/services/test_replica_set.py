"""The program on a replica set of three that loses its primary under load: nothing acknowledged is lost or doubled."""

import pytest
from pymongo import MongoClient
from pymongo.errors import ExecutionTimeout, OperationFailure

from efi.log import mongo
from tests.services.clients import Client, Crowd
from tests.services.program import Program, eventually
from tests.services.test_serve import STAFF

MORE = 40


@pytest.fixture(scope="module")
def program(replica_set, tmp_path_factory):
    folder = tmp_path_factory.mktemp("on-a-replica-set") / "data"
    program = Program(folder, MONGODB_URI=replica_set.uri, EFI_READ_PREFERENCE="secondary")
    program.start()
    yield program
    program.end()


@pytest.fixture(scope="module")
def client(program):
    return Client(program.port, program.manage("create_token", STAFF))


@pytest.fixture
def commits(replica_set):
    with MongoClient(replica_set.uri, readConcernLevel="majority") as mongodb:
        yield mongodb["efi"]["commits"]


@pytest.fixture(scope="module")
def shelf(client):
    """A category that is described again and again."""
    return client.give("create_category", {"name": "Olives"}, "the shelf")["id"]


def ordered(client, shelf, disaster):
    """By turns a command that is a transaction, and one that is a single insert."""

    def order(number):
        name = f"{disaster} {number}"
        if number % 2:
            return "create_category", {"name": name}
        return "describe_category", {"category_id": shelf, "description": name}

    return Crowd(disaster, client, order)


def told(commits, number, disaster):
    """How often the log says what this command was to do."""
    name = f"{disaster} {number}"
    return commits.count_documents({"$or": [{"events.data.name": name}, {"events.data.description": name}]})


def step_down(replica_set):
    replica_set.step_down()


def kill(replica_set):
    killed = replica_set.primary
    replica_set.kill(killed)
    eventually(lambda: replica_set.primary)
    replica_set.restart(killed)


@pytest.mark.parametrize("disaster", [step_down, kill], ids=lambda disaster: disaster.__name__)
def test_every_acknowledged_command_is_in_the_log_once_and_seen(replica_set, client, shelf, commits, disaster):
    with ordered(client, shelf, disaster.__name__) as crowd:
        crowd.see_acknowledged(MORE)
        disaster(replica_set)
        crowd.see_acknowledged(MORE)
    numbers = crowd.acknowledged
    assert {number: told(commits, number, disaster.__name__) for number in numbers} == dict.fromkeys(numbers, 1)
    names = {f"{disaster.__name__} {number}" for number in numbers if number % 2}
    eventually(lambda: names <= {one["name"] for one in client.get("/api/v1/categories")["data"]})
    eventually(lambda: not client.get("/api/v1/categories")["meta"]["stale"])


def test_a_list_is_read_from_the_members_preferred_and_no_earlier_than_it_says(replica_set, client):
    for member in replica_set.members:
        with MongoClient(member.uri) as mongodb:
            mongodb["efi"].command("profile", 2)
    assert client.get("/api/v1/products?limit=7")["data"] == []
    pointer = MongoClient(replica_set.uri)["efi"]["read_models"].find_one({"_id": "product_catalog"})
    [generation] = pointer["generations"].values()
    asked = {"command.find": generation, "command.limit": 8}
    seen = {member: profiled(member, asked) for member in replica_set.members}
    assert seen[replica_set.primary] == []
    [command] = [one for member in replica_set.secondaries for one in seen[member]]
    assert command["readConcern"]["level"] == "majority"
    assert command["readConcern"]["afterClusterTime"]


def test_a_member_that_is_behind_is_waited_for(replica_set):
    behind = replica_set.secondaries[0]
    eventually(lambda: stops_following(behind))
    try:
        with MongoClient(replica_set.uri, w="majority") as mongodb, mongodb.start_session() as session:
            mongodb.larder.foods.insert_one({"_id": "figs"}, session=session)
            moment = session.operation_time
        assert found_by(behind) is None
        with pytest.raises(ExecutionTimeout):
            found_by(behind, mongo.Reached(moment))
    finally:
        behind.tell("fsyncUnlock")
    assert eventually(lambda: found_by(behind, mongo.Reached(moment)))


def stops_following(member):
    """Once it can: a member that has only just joined cannot."""
    try:
        return member.tell("fsync", lock=True)
    except OperationFailure:
        return None


def found_by(member, concern=None):
    with MongoClient(member.uri) as mongodb:
        return mongodb.larder.foods.with_options(read_concern=concern).find_one({"_id": "figs"}, max_time_ms=1_000)


def profiled(member, asked):
    with MongoClient(member.uri) as mongodb:
        mongodb["efi"].command("profile", 0)
        return [one["command"] for one in mongodb["efi"]["system.profile"].find(asked)]


def test_a_write_that_a_failover_interrupts_is_tried_again_by_the_driver(store):
    assert mongo.client().options.retry_writes
    assert mongo.client().write_concern.document == {"w": "majority", "j": True}
