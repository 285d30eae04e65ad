"""The forms at the doors: what is typed in, by the names that browsers and password managers know."""

from typing import Any, TypeVar

from django import forms
from pydantic import TypeAdapter, ValidationError

from customers.commands.fields import Email
from customers.doors.fields import PersonName
from efi.domain.errors import Malformed

EMAIL: TypeAdapter[str] = TypeAdapter(Email)
NAME: TypeAdapter[str] = TypeAdapter(PersonName)
LENGTH = "At least 15 characters: several words do well."
LENGTH_WITH_FACTOR = f"{LENGTH} Eight will do where a second factor is on."
D = TypeVar("D", bound="Door")


def typed(label: str, autocomplete: str, *, kind: str = "text", hint: str = "", most: int = 1000, **more: str) -> Any:
    """Returns a field that takes a text as it is typed, spaces and all where it is a password."""
    attributes = {"type": kind, "autocomplete": autocomplete, "maxlength": str(most), **more}
    if kind != "text":
        attributes |= {"autocapitalize": "none", "spellcheck": "false"}
    widget = forms.TextInput(attrs=attributes) if kind != "password" else forms.PasswordInput(attrs=attributes)
    missing = {"required": f"Please fill in: {label.lower()}."}
    return forms.CharField(
        label=label, widget=widget, help_text=hint, max_length=most, strip=kind != "password", error_messages=missing
    )


class Door(forms.Form):
    """A form whose faults stand beside its fields, tied to them for screen readers."""

    def refuse(self, refusal: Malformed) -> None:
        """Puts what is wrong beside the fields that it is about, and above the form where it is about none of them."""
        for fault in refusal.faults:
            name = fault["pointer"].strip("/")
            self.add_error(
                name if name in self.fields else None, f"{fault['detail'][:1].upper()}{fault['detail'][1:]}."
            )

    def tied(self) -> "Door":
        """Returns the form with hints and faults named at their fields, so that a screen reader says them there."""
        for name, field in self.fields.items():
            hint = [f"{name}-hint"] if field.help_text else []
            faulty = [f"{name}-fault"] if name in self.errors else []
            if hint or faulty:
                field.widget.attrs["aria-describedby"] = " ".join(hint + faulty)
            if faulty:
                field.widget.attrs["aria-invalid"] = "true"
        return self

    def clean_email(self) -> str:
        return str(_read(EMAIL, self.cleaned_data["email"], "This is no e-mail address."))


def _read(adapter: "TypeAdapter[str]", said: str, fault: str) -> str:
    try:
        return adapter.validate_python(said)
    except ValidationError as error:
        raise forms.ValidationError(fault) from error


class SignUp(Door):
    name = typed("Your name", "name", most=100)
    email = typed("E-mail address", "email", kind="email", most=254)
    password = typed("Password", "new-password", kind="password", hint=LENGTH)

    def clean_name(self) -> str:
        return _read(NAME, self.cleaned_data["name"], "A name has 2 to 100 characters.")


class Prove(Door):
    code = typed("Code from the mail", "one-time-code", most=40, inputmode="numeric", hint="Six digits.")


class SignIn(Door):
    email = typed("E-mail address", "username", kind="email", most=254)
    password = typed("Password", "current-password", kind="password")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])


class SecondStep(Door):
    code = typed("Code from your app, or a recovery code", "one-time-code", most=40)


class Forgotten(Door):
    email = typed("E-mail address", "email", kind="email", most=254)


class NewPassword(Door):
    password = typed("New password", "new-password", kind="password", hint=LENGTH_WITH_FACTOR)


class ChangedPassword(Door):
    old_password = typed("Password that you have", "current-password", kind="password")
    new_password = typed("New password", "new-password", kind="password", hint=LENGTH_WITH_FACTOR)
