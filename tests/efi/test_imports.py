"""Imports of any kind of rows: checked by the commands' own rules, run once, and shown to whoever may."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from efi.delivery import schedule
from efi.http.permissions import ensure_groups
from efi.imports import files, importer, runs, working
from efi.imports.kinds import KINDS
from efi.imports.runs import State
from efi.log import event_store
from efi.log.mongo import collection
from efi.management.import_command import ImportCommand
from efi.models import User
from efi.writing.dispatch import dispatch
from tavern.commands.cellars import CloseCellar, OpenCellar
from tavern.imports.kegs import KEGS
from tests.permissions import permissions

pytestmark = pytest.mark.django_db
READ, GIVEN = "tavern.read_records", ("tavern.tap_keg", "tavern.reprice_keg")


class Command(ImportCommand):
    """`manage.py import_kegs FILE --as EMAIL`."""

    kind = KEGS


@pytest.fixture
def cellar(store):
    ensure_groups()
    return dispatch(OpenCellar(name="Old"), actor="keeper").id


def keeper(*held):
    account = User.objects.create_user("keeper@efi.example", "stout", is_staff=True)
    account.user_permissions.add(*permissions(held or (READ, *GIVEN)))
    return account


def file_of(cellar, *rows):
    lines = [f"{name},{cellar},{pints},{price}" for name, pints, price in rows]
    return "\n".join(["name,cellar,pints,price", *lines, ""]).encode()


def checked(account, content, *options):
    run = runs.begin(KEGS, "kegs.csv", [content], account, options)
    working.work(event_store.now())
    return run


def imported(account, content, *options):
    run = checked(account, content, *options)
    runs.have_run(run, account)
    working.work(event_store.now())
    return runs.existing(run)


def noted(run):
    return [f"{note['line']}: {note['reason']}" for note in runs.notes_of(runs.existing(run))]


def everything():
    return [list(collection(name).find().sort("_id", 1)) for name in ("commits", "claims", "guards")]


def recorded():
    return [fact["type"] for raw in collection("commits").find().sort("_id", 1) for fact in raw["events"]]


class TestChecking:
    def test_it_tells_what_would_come_of_each_row_and_writes_nothing(self, cellar):
        account = keeper()
        imported(account, file_of(cellar, ("Stout", 80, "4.00"), ("Porter", 80, "4.00")))
        before = everything()
        run = checked(account, file_of(cellar, ("Stout", 80, "4.50"), ("Porter", 80, "4.00"), ("Ale", 80, "3.00")))
        assert runs.existing(run)["expected"] == {"changed": 1, "same": 1, "new": 1, "waiting": 0}
        assert everything() == before

    def test_what_a_handler_refuses_is_told_beforehand(self, cellar):
        dispatch(CloseCellar(cellar_id=cellar), actor="keeper")
        run = checked(keeper(), file_of(cellar, ("Stout", 80, "4.00")))
        assert runs.existing(run)["expected"] == {"refused": 1, "waiting": 0}

    def test_each_command_of_a_row_is_judged_upon_those_before_it(self, cellar):
        account = keeper(READ, *GIVEN, "tavern.draw_pints")
        run = checked(account, file_of(cellar, ("Stout", 80, "4.00"), ("Ale", 19, "3.00")), "draw")
        assert runs.existing(run)["expected"] == {"new": 1, "refused": 1, "waiting": 0}
        assert [note.partition(":")[0] for note in noted(run)] == ["3"]

    def test_a_bad_row_and_a_name_that_comes_twice_are_noted(self, cellar):
        run = checked(keeper(), file_of(cellar, ("Stout", 0, "4.00"), ("Ale", 80, "3.00"), ("Ale", 80, "3.00")))
        assert noted(run) == ['2: pints "0" must be a whole number from 1 to 900', '4: name "Ale" is already in line 3']

    def test_what_is_not_taken_over_is_noted_of_rows_that_are_not_refused(self, cellar):
        account = keeper()
        imported(account, file_of(cellar, ("Stout", 80, "4.00")))
        assert noted(checked(account, file_of(cellar, ("Stout", 81, "4.00")))) == [
            "2: what is in a keg that is there is not taken over"
        ]


class TestSideBySide:
    def test_a_check_that_is_cancelled_stops_after_the_rows_at_hand(self, cellar, monkeypatch):
        monkeypatch.setattr(files, "BATCH", 2)
        account = keeper()
        run = runs.begin(KEGS, "kegs.csv", [file_of(cellar, *((f"Keg {n}", 80, "4.00") for n in range(9)))], account)
        working.carry_on(working.take_up(run), lambda now_is: runs.cancel(run))
        assert (runs.existing(run)["state"], runs.existing(run)["rows"]) == (State.CANCELLED, 2)

    def test_one_that_takes_long_keeps_no_other_waiting(self, cellar):
        account = keeper()
        long = runs.begin(KEGS, "kegs.csv", [file_of(cellar, ("Lager", 80, "4.00"))], account)
        assert working.take_up(long)
        short = checked(account, file_of(cellar, ("Stout", 80, "4.00")))
        assert (runs.existing(long)["state"], runs.existing(short)["state"]) == (State.CHECKING, State.CHECKED)
        jobs = [scheduled for scheduled in schedule.JOBS if scheduled.job is working.work]
        assert len(jobs) == working.SIDE_BY_SIDE > 1


class TestRunning:
    def test_what_is_new_is_made_together_and_what_is_there_changed(self, cellar, monkeypatch):
        account, waves = keeper(READ, *GIVEN, "tavern.draw_pints"), []

        def told(orders):
            waves.append([type(order.command).__name__ for order in orders])
            return together(orders)

        together = importer.dispatch_together
        monkeypatch.setattr(importer, "dispatch_together", told)
        imported(account, file_of(cellar, ("Stout", 80, "4.00"), ("Ale", 80, "3.00")), "draw")
        assert waves == [["TapKeg", "TapKeg"], ["DrawPints", "DrawPints"]]
        assert imported(account, file_of(cellar, ("Stout", 80, "4.50")))["results"] == {"changed": 1, "waiting": 0}
        assert recorded().count("tavern.KegRepriced") == 1

    def test_a_command_that_is_refused_on_the_way_keeps_no_other_row_from_coming(self, cellar):
        account = keeper(READ, *GIVEN, "tavern.draw_pints")
        content = file_of(cellar, ("Stout", 80, "4.00"), ("Ale", 19, "3.00"))
        run = checked(account, content, "draw")
        runs.have_run(run, account)
        working.work(event_store.now())
        assert runs.existing(run)["results"] == {"new": 2, "waiting": 0}
        assert [note.partition(":")[0] for note in noted(run)] == ["3"]

    def test_one_of_a_kind_that_this_process_does_not_know_is_left_to_others(self, cellar, monkeypatch):
        run = runs.begin(KEGS, "kegs.csv", [file_of(cellar, ("Stout", 80, "4.00"))], keeper())
        monkeypatch.delitem(KINDS, "kegs")
        working.work(event_store.now())
        assert runs.existing(run)["state"] == State.CHECKING

    def test_the_same_file_with_another_option_is_another_import(self, cellar):
        account, content = keeper(READ, *GIVEN, "tavern.draw_pints"), file_of(cellar, ("Stout", 80, "4.00"))
        assert runs.begin(KEGS, "k.csv", [content], account) != runs.begin(KEGS, "k.csv", [content], account, ["draw"])


class TestWhoMay:
    @pytest.mark.parametrize("held", [(), ("tavern.tap_keg",), ("tavern.reprice_keg",)])
    def test_whoever_may_not_give_all_its_commands_may_not_import(self, cellar, held):
        with pytest.raises(PermissionDenied, match="not allowed to import kegs"):
            checked(keeper(READ, *held), file_of(cellar))

    def test_an_option_asks_for_the_permission_of_its_commands(self, cellar):
        account = keeper()
        assert checked(account, file_of(cellar))
        with pytest.raises(PermissionDenied):
            checked(account, file_of(cellar), "draw")


class TestThePages:
    @pytest.fixture
    def client(self, cellar):
        client = Client()
        client.force_login(keeper())
        return client

    def test_a_kind_has_its_page_with_its_columns_and_options(self, client):
        shown = client.get(reverse("admin:imports"), {"of": "kegs"}).content.decode()
        assert "Import kegs" in shown
        assert "Needed: name, cellar, price." in shown
        assert 'name="draw"' in shown

    def test_without_a_kind_it_is_the_first_that_one_may_import(self, client):
        assert "Import kegs" in client.get(reverse("admin:imports")).content.decode()

    @pytest.mark.parametrize("kind", ["products", "nothing"])
    def test_a_kind_that_one_may_not_import_is_refused(self, client, kind):
        assert client.get(reverse("admin:imports"), {"of": kind}).status_code == 403

    def test_one_of_a_kind_that_this_process_does_not_know_is_not_found(self, client, cellar, monkeypatch):
        run = checked(User.objects.get(email="keeper@efi.example"), file_of(cellar, ("Stout", 80, "4.00")))
        page = reverse("admin:import", args=[run])
        assert client.get(page).status_code == 200
        monkeypatch.delitem(KINDS, "kegs")
        assert client.get(page).status_code == 404

    def test_one_that_an_older_process_has_begun_is_of_products(self, client, cellar):
        boss = User.objects.create_superuser("boss@efi.example", "stout")
        client.force_login(boss)
        run = checked(boss, file_of(cellar, ("Stout", 80, "4.00")))
        runs.imports().update_one({"_id": str(run)}, {"$unset": {"kind": "", "options": ""}, "$set": {"submit": True}})
        assert runs.existing(run).items() >= {"kind": "products", "options": ["submit"]}.items()
        assert client.get(reverse("admin:import", args=[run])).status_code == 200

    def test_whoever_may_import_several_is_led_to_the_others(self, client):
        client.force_login(User.objects.create_superuser("boss@efi.example", "stout"))
        shown = client.get(reverse("admin:imports"), {"of": "kegs"}).content.decode()
        assert '<a class="efi-link" href="?of=products">Import products</a>' in shown


class TestTheCommand:
    def test_it_checks_and_imports(self, cellar, tmp_path):
        account, file, out = keeper(), tmp_path / "kegs.csv", StringIO()
        file.write_bytes(file_of(cellar, ("Stout", 80, "4.00")))
        call_command(Command(), str(file), "--as", account.email, stdout=out)
        assert out.getvalue() == "imported: new 1, changed 0, same 0, refused 0\n"

    def test_an_option_is_an_argument(self, cellar, tmp_path):
        account, file = keeper(), tmp_path / "kegs.csv"
        file.write_bytes(file_of(cellar, ("Stout", 80, "4.00")))
        with pytest.raises(CommandError, match="not allowed to import kegs"):
            call_command(Command(), str(file), "--as", account.email, "--draw")
