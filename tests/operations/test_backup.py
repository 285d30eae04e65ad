"""A backup taken while the catalogue moves is of one moment, and all is equal once it was restored and built."""

import gzip
import json
from collections import Counter
from functools import partial
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from efi.domain.errors import Rejected
from efi.log import epoch, event_store, mongo
from efi.models import User
from efi.operations import backup
from efi.operations.rebuilding import rewind
from efi.reading import generations
from efi.writing.repository import memory
from efi.writing.snapshots import snapshots
from tests.catalog.catalogue import category, product, repricing
from tests.efi import audit
from tests.given import restart, say
from tests.operations.building import silent

WRITERS, COMMITS = 3, 40
TRUTH = "commits", "claims", "guards"


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """Processes look for another epoch at every command, and nobody waits for them."""
    monkeypatch.setattr(epoch, "BELIEVED", 0.0)
    monkeypatch.setattr(rewind, "MARGIN", 0.0)
    monkeypatch.setattr(generations, "REREAD", 0.0)
    monkeypatch.setattr("efi.operations.rebuilding.rebuild.MARGIN", 0.0)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def olives(documents):
    return product(categories=(category(),))


@pytest.fixture
def elsewhere(settings):
    """An empty database of another name, while it is asked for."""
    mine = settings.MONGODB_NAME
    settings.MONGODB_NAME = f"{mine}_restored"
    mongo.client().drop_database(settings.MONGODB_NAME)
    settings.MONGODB_NAME = mine

    def there():
        settings.MONGODB_NAME = f"{mine}_restored"
        restart()

    yield there
    mongo.client().drop_database(f"{mine}_restored")
    settings.MONGODB_NAME = mine
    restart()


def under_load(folder):
    """A backup while others sell."""
    stop, made = Event(), Counter()

    def sell(number):
        while not stop.is_set():
            made[number] += 1
            product(f"SOLD-{number}-{made[number]}", categories=(shelf,))

    shelf = category("Sold")
    threads = [Thread(target=sell, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    while event_store.commits().count_documents({}) < COMMITS:
        pass
    backup.keep(folder, silent)
    stop.set()
    for thread in threads:
        thread.join()


def test_it_is_of_one_moment_and_restored_all_is_equal(olives, folder, elsewhere):
    under_load(folder)
    elsewhere()
    manifest = backup.restore(folder, silent)
    event_store.ensure_indexes()
    generations.build_missing()
    assert event_store.commits().count_documents({}) == manifest["collections"]["commits"]["count"] >= COMMITS
    audit.the_write_side_agrees()
    audit.the_documents_agree()
    say(repricing(olives, "9.00"))
    audit.the_write_side_agrees()


@pytest.mark.django_db(transaction=True)
def test_accounts_are_in_it(olives, folder, elsewhere):
    User.objects.create_user("maria@example.org")
    backup.keep(folder, silent)
    elsewhere()
    backup.restore(folder, silent)
    assert mongo.collection("efi_user").find_one({"email": "maria@example.org"})
    assert "efi_user_email_lookup" in mongo.collection("efi_user").index_information()


def test_what_is_made_from_the_log_is_not_in_it(olives, folder):
    kept = backup.keep(folder, silent)["collections"]
    assert {"commits", "claims", "guards"} <= kept.keys()
    assert not [name for name in kept if name.startswith("product_catalog") or name in backup.DERIVED]


def test_pictures_are_in_it(olives, folder, elsewhere, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "olives.webp").write_bytes(b"olives")
    backup.keep(folder, silent)
    settings.MEDIA_ROOT = tmp_path / "other"
    elsewhere()
    backup.restore(folder, silent)
    assert (tmp_path / "other" / "olives.webp").read_bytes() == b"olives"


def test_it_is_for_its_owner_only(olives, folder, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "640").mkdir(parents=True, mode=0o755)
    (settings.MEDIA_ROOT / "640" / "olives.webp").write_bytes(b"olives")
    folder.mkdir(mode=0o755)
    backup.keep(folder, silent)
    kept = {path: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert {path: mode for path, mode in kept.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_a_folder_that_holds_something_is_refused(olives, folder):
    folder.mkdir()
    (folder / "mine").touch()
    with pytest.raises(Rejected, match="not empty"):
        backup.keep(folder, silent)


def test_a_file_in_its_place_is_refused(olives, folder):
    folder.touch()
    with pytest.raises(Rejected, match="is a file"):
        backup.keep(folder, silent)


def test_a_database_that_holds_something_is_refused(olives, folder):
    backup.keep(folder, silent)
    with pytest.raises(Rejected, match="is not empty: it holds"):
        backup.restore(folder, silent)


def cut(file):
    file.write_bytes(file.read_bytes()[:-20])


def change(file):
    with gzip.open(file) as kept:
        content = kept.read()
    with gzip.open(file, "wb") as kept:
        kept.write(content.replace(b"8.50", b"0.50"))


def lose(file):
    file.unlink()


def garble(file):
    kept = file.read_bytes()
    file.write_bytes(kept[:100] + bytes(50) + kept[150:])


def write_over(file):
    file.write_bytes(b"olives")


@pytest.mark.parametrize("spoil", [cut, change, lose, garble, write_over])
def test_files_that_are_not_whole_are_refused(olives, folder, elsewhere, spoil):
    backup.keep(folder, silent)
    spoil(folder / "commits.bson.gz")
    elsewhere()
    with pytest.raises(CommandError, match=r"commits\.bson\.gz (cannot be read|is not what)"):
        call_command("restore", str(folder))
    assert mongo.database().list_collection_names() == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (b'{\n"format": 1,\n"collections": olives}', "line 3"),
        (b"", "line 1"),
        (b"[]", "not a backup's"),
        (b'{"format": 1}', "not a backup's"),
        (b'{"format": 1, "collections": {"commits": {"count": 7}}}', "not a backup's"),
        (b'{"format": 2, "collections": {}}', "format 2"),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(olives, folder, elsewhere, wrong, named):
    backup.keep(folder, silent)
    (folder / backup.MANIFEST).write_bytes(wrong)
    elsewhere()
    with pytest.raises(CommandError, match=rf"backup\.json .*{named}"):
        call_command("restore", str(folder))
    assert mongo.database().list_collection_names() == []


def test_one_that_was_not_finished_is_refused(mongodb, folder):
    folder.mkdir()
    with pytest.raises(CommandError, match="was not finished"):
        call_command("restore", str(folder))


def test_the_commands_say_what_they_have_done(olives, folder, elsewhere, capsys):
    call_command("backup", str(folder))
    elsewhere()
    call_command("restore", str(folder))
    count = json.loads((folder / backup.MANIFEST).read_text())["collections"]["commits"]["count"]
    assert capsys.readouterr().out.count(f"{count} commits as of") == 2


class TestRestoredByOtherMeans:
    """To a log that is shorter than what documents and processes have seen."""

    @pytest.fixture
    def put_back(self, olives, folder):
        """MongoDB, to how it stood when the price was 9.00; it has been 9.20 since."""
        say(repricing(olives, "9.00"))
        under_load(folder)
        say(repricing(olives, "9.10"))
        say(repricing(olives, "9.20"))
        product("NEWER")
        for generation in generations.of_this_process():
            generations.sweep(generation)

        def put_back():
            for name in TRUTH:
                mongo.collection(name).delete_many({})
                with gzip.open(folder / f"{name}.bson.gz") as kept:
                    documents = [backup.RawBSONDocument(one, backup.RAW) for one in backup._documents(kept)]
                mongo.collection(name).insert_many(documents)

        return put_back

    def test_everything_equals_the_shorter_log(self, put_back):
        put_back()
        rewind.accept(silent)
        audit.the_documents_agree()
        audit.the_write_side_agrees()

    def test_appends_past_the_old_head_are_right(self, put_back, olives):
        put_back()
        rewind.accept(silent)
        assert say(repricing(olives, "9.30")).version == 3
        audit.the_write_side_agrees()
        for generation in generations.of_this_process():
            generations.sweep(generation)
        audit.the_documents_agree()

    def test_what_a_running_process_appended_from_memory_is_put_apart(self, put_back, olives):
        put_back()
        say(repricing(olives, "9.30"))
        assert rewind.accept(silent) == [f"product:{olives} 5"]
        assert mongo.collection("stranded").count_documents({}) == 1
        audit.the_documents_agree()
        assert [commit.version for commit in event_store.read(f"product:{olives}")] == [1, 2]

    def test_what_is_under_way_when_a_process_notices_is_not_remembered(self, olives, monkeypatch):
        def noticed(*told):
            epoch.begin_another()
            assert epoch.has_changed()
            return append(*told)

        append = event_store.append
        monkeypatch.setattr(event_store, "append", noticed)
        say(repricing(olives, "9.00"))
        monkeypatch.setattr(epoch, "BELIEVED", 60.0)
        assert memory.take(f"product:{olives}") is None

    def test_nothing_of_the_longer_one_is_left(self, put_back):
        snapshots().insert_one({"_id": "product:1"})
        before = {generation.name for generation in generations.of_this_process()}
        put_back()
        rewind.accept(silent)
        assert not before & set(mongo.database().list_collection_names())
        assert not snapshots().find_one()

    def test_who_remembers_positions_is_told(self, put_back, monkeypatch):
        told = []
        monkeypatch.setattr(epoch, "FORGETS", [partial(told.append, "letters")])
        put_back()
        rewind.accept(silent)
        assert told == ["letters"]

    def test_the_command_says_what_was_put_apart(self, put_back, olives, capsys):
        put_back()
        say(repricing(olives, "9.30"))
        call_command("accept_rewind", "--jobs", "1")
        said = capsys.readouterr()
        assert said.err.splitlines()[-1] == (
            f"product:{olives} 5 stood behind a hole, and is in the collection stranded now"
        )
        assert said.out == "every read model follows the log as it is\n"
