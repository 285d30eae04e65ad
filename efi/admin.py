"""The admin's pages for access: accounts, groups, and their tokens."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from efi.models import User
from efi.staff.records.pages import never


class AccountForm(UserCreationForm):  # type: ignore[misc] # unfold has no types
    """Opens an account."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: Mapping[str, Any] = {}


@admin.register(User)
class AccountAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg] # unfold has no types
    """Accounts: who may sign in, and in which groups they are."""

    section, icon, menu = "Access", "person", "Accounts"
    add_form = AccountForm
    form = UserChangeForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "last_login", "joined_at")}),
        ("What it may do", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)


admin.site.unregister([AuthToken, Group])


@admin.register(Group)
class GroupsAdmin(GroupAdmin, ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Groups: which commands their members may give, and what they may read."""

    section, icon = "Access", "groups"


@admin.register(AuthToken)
class TokenAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """The bearer tokens in use. To delete one is to revoke it; `manage.py create_token` makes one."""

    section, icon, menu = "Access", "key", "Tokens"

    list_display = ("user", "created", "expiry")
    fields = readonly_fields = ("user", "created", "expiry")
    list_select_related = ("user",)
    ordering = ("-created",)
    search_fields = ("user__email",)

    has_add_permission = has_change_permission = never

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AuthToken]) -> None:
        # The list is joined with the accounts, and MongoDB deletes from one collection only.
        AuthToken.objects.filter(pk__in=[token.pk for token in queryset]).delete()
