"""Accounts."""

import unicodedata
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from uuid_utils.compat import uuid7


def folded(name: str) -> str:
    """Returns a name in the one form in which accounts are stored, looked up, and counted when somebody signs in."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


class EmailAddress(models.EmailField):  # type: ignore[type-arg] # generic only in the stubs
    """Stored and looked up folded: two spellings are one person."""

    def to_python(self, value: Any) -> Any:
        return self._fold(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._fold(super().get_prep_value(value))

    def _fold(self, value: Any) -> Any:
        return folded(value) if isinstance(value, str) else value


class Accounts(BaseUserManager["User"]):
    """Opens accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("an account needs an e-mail address")
        account = self.model(email=email, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail address."""

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    email = EmailAddress(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    tokens_made = models.PositiveIntegerField(default=0, editable=False)
    """Counted when a token is made, so that of two at once who make one and end all, one sees the other."""

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        # The unique index is a partial one, which no look-up may use.
        indexes = (models.Index(fields=["email"], name="efi_user_email_lookup"),)

    def __str__(self) -> str:
        return str(self.email)

    def save(self, *args: Any, **how: Any) -> None:
        """Saves the account. A new password ends its tokens and sessions; so does it that it is switched off."""
        is_new = self._password is not None  # type: ignore[attr-defined] # set by set_password, until it is saved
        super().save(*args, **how)
        if is_new or not self.is_active:
            self.sign_out()

    def sign_out(self) -> None:
        """Ends all sessions and tokens of the account."""
        self.auth_token_set.all().delete()  # type: ignore[attr-defined] # knox has no types
        Session.objects.filter(account=self.pk).delete()


class Session(AbstractBaseSession):
    """A browser that somebody came with, and who they signed in as."""

    account = models.UUIDField(null=True, editable=False)
    """The key of an account; no relation, as sessions go by themselves."""
    seen_at = models.DateTimeField(null=True, editable=False)

    class Meta(AbstractBaseSession.Meta):
        indexes = (models.Index(fields=["account"], name="efi_session_account"),)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore


class ChangeOfRights(models.Model):
    """What an account or a group is to be allowed, or let go without, once a second person agrees.

    Whoever decided it is kept with it.
    """

    class Kind(models.TextChoices):
        """Whose rights it is about."""

        ACCOUNT = "account"
        GROUP = "group"
        FACTOR = "factor"

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        AGREED = "agreed"
        DECLINED = "declined"
        REPLACED = "replaced"

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    holder = models.CharField(max_length=40)
    """The key of the account or group: no relation, as what was decided outlives who it was about."""
    holder_name = models.CharField("account or group", max_length=254)
    before = models.JSONField()
    after = models.JSONField()
    asked_by = models.CharField(max_length=40)
    since = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "changes of rights"
        indexes = (models.Index(fields=["state", "since"], name="efi_changeofrights_state"),)

    def __str__(self) -> str:
        return f"rights of {self.holder_name}"
