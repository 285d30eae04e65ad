"""Pictures: what is taken for one, in which sizes it is kept, and how a product comes to have it."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageCms

from catalog import pictures
from catalog.commands.pictures import ArrangePictures, AttachPicture, RemovePicture
from catalog.domain.product import MOST_PICTURES
from catalog.events import PictureAttached, PictureRemoved, PicturesArranged
from catalog.values import Picture, Status
from efi.domain.errors import Rejected
from tests.catalog.gallery import drawn, uploaded
from tests.catalog.larder import OLIVES, OLIVES_THAT_ARE

AT_ONCE = """
import django, resource, sys
from concurrent.futures import ThreadPoolExecutor
django.setup()
from catalog import pictures
with ThreadPoolExecutor(8) as people:
    list(people.map(lambda file: pictures.keep(open(file, "rb")), sys.argv[1:]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
ON_SALE = OLIVES_THAT_ARE[Status.ACTIVE]


def attached(name: str) -> PictureAttached:
    return PictureAttached(product_id=OLIVES, picture=Picture(name=name, alt="A jar", width=40, height=30))


def size_at(name: str, width: int) -> tuple[int, int]:
    with default_storage.open(pictures.file_of(name, width)) as file, Image.open(file) as picture:
        return picture.size


def colour_of(upload: BytesIO) -> tuple[int, int, int]:
    """Of a picture of one colour, as it is kept; nothing in the file says that it is to be seen otherwise."""
    name = pictures.keep(upload)
    with default_storage.open(pictures.file_of(name, 320)) as file, Image.open(file) as picture:
        assert "icc_profile" not in picture.info
        return picture.convert("RGB").getpixel((1, 1))


def refused(upload: BytesIO) -> str:
    with pytest.raises(Rejected) as refusal:
        pictures.keep(upload)
    return refusal.value.code


class TestUploads:
    @pytest.mark.parametrize("kind", pictures.FORMATS)
    def test_is_kept_in_each_size_that_pages_ask_for(self, kind):
        name = pictures.keep(drawn(size=(3000, 1500), kind=kind))
        assert [size_at(name, width) for width in pictures.WIDTHS] == [
            (320, 160),
            (640, 320),
            (1280, 640),
            (2560, 1280),
        ]

    def test_is_never_made_larger_than_it_came(self):
        assert size_at(uploaded("peru"), 1280) == (40, 30)

    def test_the_same_picture_is_kept_once(self):
        assert uploaded("navy") == uploaded("navy")

    def test_what_the_camera_noted_is_left_out(self):
        noted = Image.Exif()
        noted[0x010E] = "at home"
        name = pictures.keep(drawn("salmon", kind="JPEG", exif=noted))
        with default_storage.open(pictures.file_of(name, 2560)) as file, Image.open(file) as picture:
            assert not picture.getexif()

    def test_a_picture_is_at_most_20_mb(self):
        assert refused(BytesIO(b"\0" * (20 * 1024 * 1024 + 1))) == "picture_too_large"

    def test_a_picture_of_too_many_pixels_is_not_even_decoded(self, monkeypatch):
        monkeypatch.setitem(pictures.MOST_PIXELS, "PNG", 100)
        assert refused(drawn("teal")) == "picture_too_large"

    @pytest.mark.parametrize(
        "content",
        [b"", b"olives", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn("gold").getvalue()[:60]],
        ids=["empty", "text", "svg", "cut off"],
    )
    def test_what_cannot_be_decoded_is_no_picture(self, content):
        assert refused(BytesIO(content)) == "picture_unreadable"

    @pytest.mark.parametrize("kind", pictures.FORMATS)
    def test_bytes_gone_wrong_are_kept_or_refused_and_never_a_surprise(self, kind):
        noted = Image.Exif()
        noted[0x0112], noted[0x010E], noted[0x011A] = 6, "at home", 72.0
        whole, rng = drawn("plum", kind=kind, exif=noted).getvalue(), Random(7)
        for _ in range(150):
            wrong = bytearray(whole)
            for _ in range(rng.randint(1, 6)):
                wrong[rng.randrange(len(wrong))] = rng.randrange(256)
            with suppress(Rejected):
                pictures.keep(BytesIO(bytes(wrong)))

    def test_what_shines_through_stays_so(self):
        file = BytesIO()
        clear = Image.new("P", (4, 4), 0)
        clear.putpalette([200, 100, 50])
        clear.save(file, "PNG", transparency=0)
        name = pictures.keep(BytesIO(file.getvalue()))
        with default_storage.open(pictures.file_of(name, 320)) as kept, Image.open(kept) as picture:
            assert picture.convert("RGBA").getpixel((0, 0))[3] == 0

    @pytest.mark.parametrize("dies_at", range(len(pictures.WIDTHS)))
    def test_what_a_process_left_half_written_is_no_picture_and_is_kept_again(self, monkeypatch, dies_at):
        content, moved = drawn(f"#00{dies_at:02}77").getvalue(), []

        def dies(part, target):
            moved.append(target)
            if len(moved) > dies_at:
                raise KeyboardInterrupt

            return replace(part, target)

        replace = Path.replace
        with monkeypatch.context() as dying:
            dying.setattr(Path, "replace", dies)
            with pytest.raises(KeyboardInterrupt):
                pictures.keep(BytesIO(content))
        name = pictures.keep(BytesIO(content))
        assert [size_at(name, width) for width in pictures.WIDTHS] == [(40, 30)] * len(pictures.WIDTHS)

    def test_colours_are_turned_into_those_of_pages_by_the_profile_that_came_with_it(self):
        """By a profile whose red is the green of sRGB, and the other way round."""
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = srgb.replace(b"rXYZ", b"xXYZ").replace(b"gXYZ", b"rXYZ").replace(b"xXYZ", b"gXYZ")
        for kind in pictures.FORMATS:
            red, green, blue = colour_of(drawn("#ff0000", kind=kind, icc_profile=swapped))
            assert green > 240, kind
            assert max(red, blue) < 20, kind

    def test_a_profile_that_cannot_be_read_changes_nothing(self):
        assert colour_of(drawn("#ff0000", icc_profile=b"no profile")) == (255, 0, 0)

    @pytest.mark.parametrize(("value", "grey"), [(0, 0), (32_768, 128), (65_535, 255)])
    def test_16_bits_become_8(self, value, grey):
        file = BytesIO()
        Image.new("I;16", (40, 30), value).save(file, "PNG")
        red, green, blue = colour_of(BytesIO(file.getvalue()))
        assert max(abs(red - grey), abs(green - grey), abs(blue - grey)) <= 1

    def test_inks_become_colours(self):
        file = BytesIO()
        Image.new("CMYK", (40, 30), (255, 0, 0, 0)).save(file, "JPEG")
        red, green, blue = colour_of(BytesIO(file.getvalue()))
        assert red < 20
        assert min(green, blue) > 200

    def test_many_at_once_are_decoded_one_after_the_other(self, monkeypatch):
        decoded, seen = pictures._decoded, []

        def watched(content):
            seen.append(threading.get_ident())
            return decoded(content)

        monkeypatch.setattr(pictures, "_decoded", watched)
        with ThreadPoolExecutor(8) as people:
            list(people.map(pictures.keep, [drawn(f"#{shade:02}5500") for shade in range(8)]))
        assert len(seen) == 8
        assert len(set(seen)) == 1

    def test_many_large_ones_at_once_take_no_more_memory_than_one(self, tmp_path):
        files = [str(tmp_path / f"{shade}.png") for shade in range(9)]
        for shade, file in enumerate(files):
            Path(file).write_bytes(drawn(f"#{shade:02}3300", size=(4000, 3000)).getvalue())
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "EFI_DATA": str(tmp_path)}

        def memory_for(*some: str) -> int:
            asked = [sys.executable, "-c", AT_ONCE, *some]
            told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
            return int(told.stdout)

        assert memory_for(*files[1:]) < 1.2 * memory_for(files[0])

    def test_a_picture_of_another_kind_is_refused(self):
        assert refused(drawn("tan", kind="GIF")) == "picture_unreadable"


class TestOfProducts:
    def test_a_picture_is_attached_with_its_size(self, scenario):
        name = uploaded()
        scenario.given(*ON_SALE)
        scenario.when(AttachPicture(product_id=OLIVES, name=name, alt="A jar"))
        scenario.then(attached(name))

    def test_a_picture_that_was_not_uploaded_cannot_be_attached(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(AttachPicture(product_id=OLIVES, name=f"00/{'0' * 64}"))
        scenario.refused("picture_unknown")

    def test_a_product_has_a_picture_once(self, scenario):
        scenario.given(*ON_SALE, attached(uploaded()))
        scenario.when(AttachPicture(product_id=OLIVES, name=uploaded()))
        scenario.refused("picture_known")

    def test_a_product_has_at_most_20_pictures(self, scenario):
        scenario.given(*ON_SALE, *(attached(f"00/{at:064}") for at in range(MOST_PICTURES)))
        scenario.when(AttachPicture(product_id=OLIVES, name=uploaded()))
        scenario.refused("too_many_pictures")

    def test_a_picture_is_removed(self, scenario):
        scenario.given(*ON_SALE, attached(uploaded()))
        scenario.when(RemovePicture(product_id=OLIVES, name=uploaded()))
        scenario.then(PictureRemoved(product_id=OLIVES, name=uploaded()))

    def test_a_picture_that_it_has_not_is_not_found(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(RemovePicture(product_id=OLIVES, name=uploaded()))
        scenario.refused("not_found")

    def test_pictures_are_put_in_another_order(self, scenario):
        one, two = uploaded("olive"), uploaded("peru")
        scenario.given(*ON_SALE, attached(one), attached(two))
        scenario.when(ArrangePictures(product_id=OLIVES, names=(two, one)))
        scenario.then(PicturesArranged(product_id=OLIVES, names=(two, one)))

    @pytest.mark.parametrize("names", [(), ("olive",), ("olive", "olive"), ("olive", "peru", "navy")])
    def test_an_order_names_each_picture_once(self, scenario, names):
        scenario.given(*ON_SALE, attached(uploaded("olive")), attached(uploaded("peru")))
        scenario.when(ArrangePictures(product_id=OLIVES, names=tuple(map(uploaded, names))))
        scenario.refused("pictures_differ")
