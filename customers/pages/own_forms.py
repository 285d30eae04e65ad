"""The forms of a customer who is signed in."""

from typing import Any

from django import forms

from customers.domain.customer import Customer
from customers.pages.forms import Door, typed
from customers.values import HOME, Address, ContactMethod, Parish
from efi.domain.countries import names
from efi.domain.errors import Malformed, Refusal
from efi.log.mongo import Document

METHODS = {ContactMethod.EITHER: "As you like", ContactMethod.EMAIL: "By e-mail", ContactMethod.PHONE: "By telephone"}
ELSEWHERE = "", "Choose one, in Barbados"


def chosen(label: str, options: list[tuple[str, str]], autocomplete: str = "off", *, required: bool = True) -> Any:
    """Returns a field that offers some words to choose from."""
    widget = forms.Select(attrs={"autocomplete": autocomplete})
    return forms.ChoiceField(label=label, choices=options, widget=widget, required=required)


def optional(label: str, autocomplete: str, **more: Any) -> Any:
    field = typed(f"{label} (if you like)", autocomplete, **more)
    field.required = field.widget.is_required = False
    return field


class Own(Door):
    """A form whose commands may be refused."""

    def say(self, refusal: Refusal) -> None:
        """Shows why nothing was changed, beside the fields where it is about some."""
        if isinstance(refusal, Malformed):
            self.refuse(Malformed(refusal.detail, tuple({**one, "pointer": _last(one)} for one in refusal.faults)))
        else:
            self.add_error(None, f"{refusal.detail[:1].upper()}{refusal.detail[1:]}.")


class Profile(Own):
    name = typed("Name", "name", most=200)
    phone = optional("Telephone", "tel", kind="tel", most=30)
    other_phone = optional("Another telephone", "tel", kind="tel", most=30)
    preferred = chosen("How do we reach you?", [(str(one), words) for one, words in METHODS.items()])

    @classmethod
    def of(cls, customer: Customer, sent: Any) -> "Profile":
        reaching = customer.reaching
        phones = {"phone": reaching.phone, "other_phone": reaching.other_phone}
        known = {name: phone.typed if phone else "" for name, phone in phones.items()}
        return cls(sent, initial={"name": reaching.name, "preferred": reaching.preferred, **known})


class AddressForm(Own):
    recipient = optional("Recipient", "name", most=200)
    street = typed("Street and number", "address-line1", most=100)
    extra = optional("More of the address", "address-line2", most=200)
    city = typed("Town or city", "address-level2", most=50)
    parish = chosen(
        "Parish",
        [ELSEWHERE, *((str(one), one.name.replace("_", " ").title()) for one in Parish)],
        "address-level1",
        required=False,
    )
    region = optional("State or region, outside of Barbados", "off", most=200)
    postal_code = optional("Postal code", "postal-code", most=10)
    country = chosen("Country", sorted(names().items(), key=lambda one: one[1]), "country")
    phone = optional("Telephone for the delivery", "tel", kind="tel", most=30)

    @classmethod
    def of(cls, known: Document | None, sent: Any) -> "AddressForm":
        return cls(sent, initial=known or {"country": HOME})

    @property
    def address(self) -> Address:
        said = self.cleaned_data
        return Address(**{**said, "parish": Parish(said["parish"]) if said["parish"] else None})


class NewEmail(Own):
    email = typed("New e-mail address", "email", kind="email", most=254)


class EmailCode(Own):
    code = typed("Code from the mail", "one-time-code", most=40, inputmode="numeric", hint="Six digits.")


class Agreed(Own):
    """A word that one has to type so that nobody is forgotten by a slip of the hand."""

    word = typed("Type FORGET ME", "off", most=20)

    def clean_word(self) -> str:
        if self.cleaned_data["word"].strip().upper() != "FORGET ME":
            raise forms.ValidationError("Type the two words, and nothing else.")
        return "FORGET ME"


def _last(fault: Any) -> str:
    return "/" + str(fault["pointer"]).rpartition("/")[2]
