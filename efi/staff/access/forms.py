"""The forms that change what accounts and groups may do, and what is the same of the pages that show them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin
from unfold.forms import UserChangeForm

from efi.models import ChangeOfRights, User
from efi.staff.access import changes, rights
from efi.staff.access.rights import Rights

TOLD = "what {} may do is changed once a second person agrees"


class RightsForm(forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """A form that changes what somebody may do: it refuses what is not held, and knows what has to wait."""

    acting: User
    """Who fills it; set by the page that makes it."""
    of_rights: tuple[str, ...] = ()
    waits = False

    def must_wait(self) -> None:
        """Leaves out of the record of what was changed that which waits."""
        self.waits = True
        self.changed_data = [name for name in self.changed_data if name not in self.of_rights]


class AccountRightsForm(UserChangeForm, RightsForm):  # type: ignore[misc] # unfold has no types
    """Changes an account."""

    of_rights = ("is_active", "is_staff", "is_superuser", "groups")

    def clean(self) -> dict[str, Any]:
        """Finds what the account would be allowed, and whether it waits."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.before = Rights.of(self.instance)
        groups = cleaned.get("groups")
        self.after = Rights(
            active=cleaned.get("is_active", self.before.active),
            staff=cleaned.get("is_staff", self.before.staff),
            superuser=cleaned.get("is_superuser", self.before.superuser),
            groups=self.before.groups if groups is None else tuple(sorted(group.name for group in groups)),
        )
        if refusal := rights.why_not(self.acting, self.instance, self.after):
            self.add_error(None, refusal)
        elif rights.waits(self.acting, self.instance, self.after):
            self.must_wait()
        return cleaned

    def put_back(self, account: User) -> None:
        """Puts the flags back as they were."""
        account.is_active, account.is_staff = self.before.active, self.before.staff
        account.is_superuser = self.before.superuser

    def ask(self) -> ChangeOfRights:
        """Asks a second person."""
        return changes.ask_for_account(self.instance, self.after, self.acting)


class GroupRightsForm(RightsForm):
    """Changes a group."""

    of_rights = ("permissions",)

    def clean(self) -> dict[str, Any]:
        """Finds what the group would be allowed, and whether it waits."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        before = rights.names_of(self.instance.permissions.all()) if self.instance.pk else frozenset()
        self.after = rights.names_of(cleaned["permissions"]) if "permissions" in cleaned else before
        if self.instance.pk and "name" in self.changed_data and rights.concerns(self.acting, self.instance, before):
            # What waits names groups: another of that name would be what the second person agrees to.
            self.add_error("name", "a group of second persons, or one of your own, keeps its name")
        if refusal := rights.lacking(self.acting, self.after - before):
            self.add_error("permissions", refusal)
        elif self.after != before and rights.concerns(self.acting, self.instance, before | self.after):
            self.must_wait()
        return cleaned

    def put_back(self, group: Group) -> None:
        """Leaves the group as it is: its permissions are saved by themselves."""

    def ask(self) -> ChangeOfRights:
        """Asks a second person."""
        return changes.ask_for_group(self.instance, self.after, self.acting)


class OfRights(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Pages whose forms change what somebody may do."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **how: Any) -> Any:
        form = super().get_form(request, obj, change=change, **how)
        return type(form.__name__, (form,), {"acting": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if getattr(form, "waits", False):
            form.put_back(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if not getattr(form, "waits", False):
            super().save_related(request, form, formsets, change)
            return
        form.instance.asked = form.ask()

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not hasattr(obj, "asked"):
            response: HttpResponse = super().response_change(request, obj)
            return response
        self.message_user(request, TOLD.format(obj), messages.WARNING)
        return HttpResponseRedirect(request.path)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if hasattr(obj, "asked"):
            self.message_user(request, TOLD.format(obj), messages.WARNING)
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response
