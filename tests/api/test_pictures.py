"""Pictures at the API: uploaded by staff, attached by a command, fetched by everybody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from efi.log import event_store
from tests.api.shop import refused
from tests.catalog.catalogue import product
from tests.catalog.gallery import drawn, uploaded

PNG = drawn("olive", size=(700, 400)).getvalue()


def upload(caller, content=PNG, kind="image/png", **headers):
    return caller.send("POST", "/api/v1/pictures", content, kind, **headers)


def test_a_picture_is_uploaded_attached_and_fetched(shop):
    kept = upload(shop.maria)
    assert kept.status_code == 201
    picture = kept.json()["data"]
    assert (picture["width"], picture["height"]) == (700, 400)
    jar = str(product())
    assert shop.maria.give("attach_picture", {"product_id": jar, "name": picture["name"]}).status_code == 200
    fetched = shop.guest.client.get(f"/media/{picture['name']}-320.webp")
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "image/webp")
    assert "immutable" in fetched["Cache-Control"]


def test_a_picture_may_come_as_the_file_of_a_form(shop):
    kept = shop.maria.client.post("/api/v1/pictures", {"picture": SimpleUploadedFile("jar.png", PNG, "image/png")})
    assert kept.status_code == 201, kept.content
    assert kept.json()["data"] == upload(shop.maria).json()["data"]


def test_a_form_without_a_picture_is_refused(shop):
    refused(shop.maria.client.post("/api/v1/pictures", {"photo": "jar.png"}), 400, "picture")


def test_who_may_not_attach_a_picture_may_not_upload_one(shop):
    assert upload(shop.guest).status_code == 401
    assert upload(shop.rita).status_code == 403


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "picture_unreadable"), (b"GIF89a", "picture_unreadable"), (b"\0" * 20_971_521, "picture_too_large")],
    ids=["nothing", "another kind", "too large"],
)
def test_what_is_no_picture_is_refused(shop, content, code):
    refused(upload(shop.maria, content), 409, code)


def test_a_body_that_says_it_is_no_picture_is_not_read(shop):
    assert upload(shop.maria, kind="application/json").status_code == 415


def test_an_upload_alone_leaves_the_log_as_it_was(shop):
    before = event_store.commits().estimated_document_count()
    upload(shop.maria)
    assert event_store.commits().estimated_document_count() == before


@pytest.mark.parametrize("file", ["{kept}-321", "00/{nothing}-320", "..%2f..%2fdemo-password-320"])
def test_what_is_not_kept_is_not_found(shop, file):
    address = file.format(kept=uploaded(), nothing="0" * 64)
    assert shop.guest.client.get(f"/media/{address}.webp").status_code == 404
