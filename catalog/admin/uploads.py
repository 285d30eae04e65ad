"""Pictures in the forms of the admin: uploaded, put in order, shown small."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminImageFieldWidget, UnfoldAdminTextInputWidget

from catalog import pictures
from efi.domain.errors import Rejected
from efi.domain.fields import LONGEST_NAME
from efi.staff.commands.fields import MISSING, Member


class PictureField(forms.FileField):
    """A picture that is kept as it comes in, before anything is decided about it."""

    widget = UnfoldAdminImageFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> str:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return ""
        try:
            return pictures.keep(upload)
        except Rejected as refusal:
            raise ValidationError(refusal.detail) from refusal


def uploaded(record: Any, *, may_be_none: bool = False) -> Mapping[str, Member]:
    """Asks for a picture to upload and what it shows; a form that is refused keeps the one that was uploaded."""

    def value(said: Mapping[str, Any]) -> object:
        return said["name"] or said["name__kept"] or (None if may_be_none else MISSING)

    member = Member(
        name="name",
        fields={
            "name": PictureField(label="Picture", required=False, help_text=_help(may_be_none=may_be_none)),
            "name__kept": forms.CharField(widget=forms.HiddenInput, required=False, max_length=80),
        },
        value=value,
        initial=lambda name: {"name__kept": name},
        kept=lambda said: {"name__kept": said.get("name") or said.get("name__kept", "")},
    )
    shown = forms.CharField(
        label="What it shows, in words",
        required=False,
        max_length=LONGEST_NAME,
        help_text="read out to those who cannot see it",
        widget=UnfoldAdminTextInputWidget,
    )
    alt = Member(name="alt", fields={"alt": shown}, value=_told, initial=lambda said: {"alt": said})
    return {"name": member, "alt": alt}


def _told(said: Mapping[str, Any]) -> object:
    """Asks for the words where there is a picture; raises `ValidationError` without them."""
    if (said["name"] or said["name__kept"]) and not said["alt"]:
        raise ValidationError({"alt": "say in a few words what the picture shows"})
    return said["alt"]


def uploaded_or_none(record: Any) -> Mapping[str, Member]:
    return uploaded(record, may_be_none=True)


def small(name: str) -> str:
    """Returns the HTML of a picture as lists show it."""
    address = default_storage.url(pictures.file_of(name, pictures.WIDTHS[0]))
    return format_html('<img class="efi-thumb" src="{}" alt="" width="40" height="40" loading="lazy">', address)


def large(name: str, alt: str) -> str:
    """Returns the HTML of a picture on its product's page, which links to its largest size."""
    address = default_storage.url(pictures.file_of(name, pictures.WIDTHS[0]))
    whole = default_storage.url(pictures.file_of(name, pictures.WIDTHS[-1]))
    return format_html('<a href="{}"><img src="{}" alt="{}" width="160" loading="lazy"></a>', whole, address, alt)


def thumbnail(record: Any) -> str:
    """Returns a record's first picture, or the initial of its name where it has none."""
    if record.picture:
        return small(record.picture)
    return format_html('<span class="efi-thumb" aria-hidden="true">{}</span>', record.name[:1].upper())


def _help(*, may_be_none: bool) -> str:
    return "JPEG, PNG or WebP, at most 20 MB" + ("; without one, the picture is taken away" if may_be_none else "")
