"""The admin's pages for access: accounts, groups, changes of their rights that wait, and tokens."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from efi.accounts import recent, second_factor
from efi.accounts.names import is_of_a_customer
from efi.domain.errors import Refusal
from efi.http.permissions import AGREE_TO_RIGHTS
from efi.models import ChangeOfRights, User
from efi.staff import moments
from efi.staff.access import changes, rights
from efi.staff.access.forms import AccountRightsForm, GroupRightsForm, OfRights
from efi.staff.access.rights import Rights
from efi.staff.accounts import names_of
from efi.staff.commands.page import address_of
from efi.staff.records.pages import never
from efi.staff.site import OWN
from efi.staff.tiles import Tile, tile


class AccountForm(UserCreationForm):  # type: ignore[misc] # unfold has no types
    """Opens an account."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: Mapping[str, Any] = {}


@admin.register(User)
class AccountAdmin(OfRights, UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg] # unfold has no types
    """Accounts: who may sign in, and in which groups they are."""

    section, icon, menu = "Access", "person", "Accounts"
    add_form = AccountForm
    form = AccountRightsForm
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
    actions = ("ask_for_factor_reset",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns whether somebody may change accounts, or this one: staff do not touch superusers."""
        return bool(super().has_change_permission(request, obj) and _may_touch(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns whether somebody may delete this account: not their own, and not a second person's."""
        if not super().has_delete_permission(request, obj) or not _may_touch(request, obj):
            return False
        if obj and is_of_a_customer(obj):
            return False  # It goes with its customer, who is forgotten.
        return obj is None or not (obj == request.user or rights.is_second_person(obj, Rights.of(obj)))

    @admin.action(description="Ask for the second factor to be taken away", permissions=["change"])
    def ask_for_factor_reset(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Asks a second person to let accounts go without the second factor that their owners have lost."""
        acting: Any = request.user
        for account in chosen:
            if not second_factor.is_on(account):
                self.message_user(request, f"{account} has no second factor", messages.WARNING)
            elif not _may_touch(request, account):
                self.message_user(request, f"{account} is a superuser's", messages.ERROR)
            else:
                changes.ask_for_factor_reset(account, acting)
                self.message_user(request, f"{account}: this waits for a second person to agree to it")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        account = self.get_object(request, unquote(id))
        if account and is_of_a_customer(account):
            raise PermissionDenied("a customer's password is theirs alone: send them a link to another one")
        if account and (refusal := rights.why_no_password(request.user, account)):  # type: ignore[arg-type]
            raise PermissionDenied(refusal)
        if recent.until(request) is None:
            return recent.asking(request, f"admin:{OWN}confirm")
        response: HttpResponse = super().user_change_password(request, id, form_url)
        return response


admin.site.unregister([AuthToken, Group])


@admin.register(Group)
class GroupsAdmin(OfRights, GroupAdmin, ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Groups: which commands their members may give, and what they may read."""

    section, icon = "Access", "groups"
    form = GroupRightsForm

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns whether somebody may delete this group: not one of theirs, and not one of second persons."""
        if not super().has_delete_permission(request, obj):
            return False
        acting: Any = request.user
        return obj is None or not rights.concerns(acting, obj, rights.names_of(obj.permissions.all()))


@admin.register(ChangeOfRights)
class ChangeOfRightsAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """What is asked for accounts and groups; a second person ticks what they agree to, or do not."""

    section, icon, menu = "Access", "how_to_reg", "Changes of rights"
    ordering = ("-since",)
    list_display = ("holder_name", "what_changes", "who_asked", "since", "state", "who_decided")
    list_display_links = None
    list_filter = ("state", "kind")
    actions = ("agree", "decline")

    has_add_permission = has_change_permission = has_delete_permission = never

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        asking: Any = request.user
        held = (AGREE_TO_RIGHTS, "efi.change_user", "auth.change_group")
        return any(map(asking.has_perm, held))

    has_module_permission = has_view_permission

    def has_agree_permission(self, request: HttpRequest) -> bool:
        asking: Any = request.user
        return bool(asking.has_perm(AGREE_TO_RIGHTS))

    @admin.action(description="Agree", permissions=["agree"])
    def agree(self, request: HttpRequest, chosen: QuerySet[ChangeOfRights]) -> None:
        self._decide(request, chosen, changes.agree, "is carried out")

    @admin.action(description="Decline", permissions=["agree"])
    def decline(self, request: HttpRequest, chosen: QuerySet[ChangeOfRights]) -> None:
        self._decide(request, chosen, changes.decline, "is declined")

    @admin.display(description="what changes")
    def what_changes(self, change: ChangeOfRights) -> str:
        return changes.differences(change)

    @admin.display(description="asked by")
    def who_asked(self, change: ChangeOfRights) -> str:
        return names_of([change.asked_by])[change.asked_by]

    @admin.display(description="decided by")
    def who_decided(self, change: ChangeOfRights) -> str:
        return names_of([change.decided_by])[change.decided_by]

    def _decide(
        self, request: HttpRequest, chosen: QuerySet[ChangeOfRights], decide: Callable[..., None], said: str
    ) -> None:
        for change in chosen:
            try:
                decide(change, request.user)
            except Refusal as refusal:
                self.message_user(request, f"{change}: {refusal.detail}", messages.ERROR)
            else:
                self.message_user(request, f"{change}: {changes.differences(change)} {said}")


@tile(ChangeOfRights)
def waiting(request: HttpRequest) -> Tile:
    """Shows on the front page which changes of rights have waited longest."""
    pages: Any = admin.site.get_model_admin(ChangeOfRights)
    found = ChangeOfRights.objects.filter(state=ChangeOfRights.State.WAITING).order_by("since")
    address = f"{address_of(pages, 'changelist')}?state__exact=waiting"
    rows = [(str(one), f"since {moments.day(one.since)}", address) for one in found[:5]]
    return Tile(title="changes of rights wait", count=found.count(), address=address, rows=rows, urgent=True)


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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns whether somebody may end this token: staff do not touch superusers'."""
        return bool(super().has_delete_permission(request, obj) and _may_touch(request, obj and obj.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AuthToken]) -> None:
        # The list is joined with the accounts, and MongoDB deletes from one collection only.
        AuthToken.objects.filter(pk__in=[token.pk for token in queryset]).delete()


def _may_touch(request: HttpRequest, account: Model | None) -> bool:
    """Tells whether somebody may change an account at all: superusers' only as one."""
    acting: Any = request.user
    return bool(acting.is_superuser or not getattr(account, "is_superuser", False))
