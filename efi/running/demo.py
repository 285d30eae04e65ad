"""Demo accounts and demo data to try the program with; never in production."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.crypto import salted_hmac

from efi.contexts import contexts
from efi.log import mongo
from efi.log.mongo import Document
from efi.models import User
from efi.running.embedded import CannotStart


def ensure() -> None:
    """Makes the demo accounts and imports the demo data of each app whose are not there yet.

    Accounts come first, so that one can sign in even if the import is stopped.
    """
    _ensure_accounts(settings.EFI_DEMO_PASSWORD or _drawn_password())
    if settings.EFI_DEMO_DATA:
        _ensure_data()


def accounts() -> dict[str, tuple[str, ...]]:
    """Returns the demo accounts of all apps, each with its groups."""
    return {email: groups for app in contexts() for email, groups in app.demo_accounts.items()}


def must_never_have_been() -> None:
    """Raises `CannotStart` if the database has ever held demo accounts, whose password is known."""
    if mongo.collection("marks").find_one({"_id": {"$in": ["demo accounts", "demo data"]}}):
        raise CannotStart("EFI_ENV=production does not start on a database that holds demo accounts or demo data")


def _drawn_password() -> str:
    """Returns the password of this data folder, which is drawn once."""
    file = settings.EFI_DATA / "demo-password"
    file.touch(mode=0o600)
    if not file.read_text():
        file.write_text(secrets.token_urlsafe(9))
    return str(file.read_text())


def _ensure_data() -> None:
    """Fills the apps that the mark does not list; it is written after each, so that one that is stopped comes again."""
    mark = mongo.collection("marks").find_one({"_id": "demo data"})
    done = mark.get("apps", [*settings.EFI_DEMO_BEFORE]) if mark else []
    for app in contexts():
        if app.label not in done:
            app.fill_demo()
            done.append(app.label)
            mongo.collection("marks").replace_one({"_id": "demo data"}, {"apps": done}, upsert=True)


def _ensure_accounts(password: str) -> None:
    """Makes or updates the accounts, and lists them for the process that says that the program is ready.

    They are left alone if a mark says so: hashing a password takes a third of a second.
    """
    (settings.EFI_DATA / "demo-accounts").write_text(", ".join(accounts()))
    mark = mark_of(password)
    kept = mongo.collection("marks").find_one(mark)
    made = kept.get("accounts", _of_before()) if kept else []
    new = {email: groups for email, groups in accounts().items() if email not in made}
    for email, groups in new.items():
        account = User.objects.filter(email=email).first() or User(email=email, is_staff=True)
        account.is_superuser = not groups
        account.name = email.partition("@")[0].capitalize()
        account.set_password(password)
        account.save()
        account.groups.set(Group.objects.filter(name__in=groups))
    if new:
        mongo.collection("marks").replace_one({"_id": mark["_id"]}, {**mark, "accounts": [*made, *new]}, upsert=True)


def _of_before() -> list[str]:
    """Returns the addresses of the demo accounts that the release before has made."""
    return [email for app in contexts() if app.label in settings.EFI_DEMO_BEFORE for email in app.demo_accounts]


def mark_of(password: str) -> Document:
    """Returns what is kept of the demo accounts once they are made: a digest of their password."""
    return {"_id": "demo accounts", "password": salted_hmac("efi.demo", password, algorithm="sha256").hexdigest()}
