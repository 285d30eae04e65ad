"""The form that staff sign in by, with the code of a second factor where an account has one."""

from typing import Any

from django import forms
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from efi.accounts import second_factor

CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class StaffSignIn(AuthenticationForm):  # type: ignore[misc] # unfold has no types
    """Name, password and code."""

    code = forms.CharField(
        label="Code, if you have a second factor",
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs=CODE),
    )
    error_messages = {  # noqa: RUF012
        **AuthenticationForm.error_messages,
        "invalid_login": "The e-mail address, the password or the code is wrong, or the account is none of staff.",
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuses a wrong code like a wrong password: nothing tells which it was."""
        super().confirm_login_allowed(user)
        if second_factor.is_on(user) and not second_factor.accepts(user, self.cleaned_data.get("code", "")):
            raise self.get_invalid_login_error()
