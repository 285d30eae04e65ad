"""What the shop window shows of a product and its stock."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.events import (
    LotExpired,
    PictureAttached,
    PictureRemoved,
    PicturesArranged,
    ProductCategorised,
    ProductDescribed,
    ProductReactivated,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
)
from catalog.values import Allergen, Allergens, Description, Part, Picture, Status, StorageZone
from efi.domain.payloads import dump
from readmodels.product_catalog import NAME
from tests.catalog.happenings import all_recalled, disposed, held, recalled
from tests.catalog.larder import (
    ANNAS_CART,
    BENS_CART,
    CHEESE,
    CLOSED,
    DISCONTINUED,
    MEZZE,
    NEXT_YEAR,
    OLIVES,
    OLIVES_THAT_ARE,
    RECALLED,
    REINSTATED,
    REOPENED,
    SPRING_LOT,
    SUMMER_LOT,
    approved,
    olives_created,
    olives_repriced,
    on_sale,
    received,
    reserved,
)
from tests.given import NOW, minutes
from tests.readmodels.conftest import Shown

A_WEEK_LATER = NOW + timedelta(weeks=1)
IN_JULY = date(2026, 7, 1)
ON_SALE = OLIVES_THAT_ARE[Status.ACTIVE]
LABEL = {
    "name": "Feta",
    "description": "Barrel aged",
    "unit": "200 g",
    "country_of_origin": "GR",
    "storage_zone": StorageZone.CHILLED,
    "shelf_life_days": 90,
}
SPRING_LOT_EXPIRED = LotExpired(product_id=OLIVES, lot_id=SPRING_LOT, remaining=10)


def price(amount):
    return {"amount": amount, "currency": "BBD"}


def sold(quantity, *, cart: UUID | None = None):
    parts = (Part(lot_id=SPRING_LOT, quantity=quantity),)
    return StockAllocated(
        product_id=OLIVES, reference="EFI-1", reservation_id=cart, parts=parts, override_reason=None, until_sent=False
    )


@pytest.fixture
def olives(shown):
    """As the shop shows them before anything has happened."""
    return shown(NAME)


class TestProduct:
    def test_a_product_shows_what_its_label_says(self, olives):
        contains = Allergens(contains=(Allergen.DAIRY,))
        olives.given(olives_created(**LABEL, allergens=contains))
        olives.shows(
            **LABEL, allergens={"contains": ["DAIRY"], "may_contain": [], "certified_free": [], "unstated": []}
        )

    def test_what_it_says_anew_takes_the_place_of_it_all(self, olives):
        olives.given(olives_created(), ProductDescribed(product_id=OLIVES, **vars(Description(**LABEL))))
        olives.shows(**LABEL, allergens=None, sku="OLI-1", price=price("8.50"))

    def test_allergens_that_are_not_stated_are_not_shown_as_none(self, olives):
        olives.given(olives_created(allergens=None))
        olives.shows(allergens=None)

    def test_a_product_is_found_by_its_sku_and_its_slug(self, olives):
        olives.given(olives_created())
        olives.shows(keys=["OLI-1", "kalamata-olives~oli-1"])

    def test_names_are_sorted_without_case_and_accents(self, olives):
        olives.given(olives_created(name="Épices ÉTÉ"))
        olives.shows(name="Épices ÉTÉ", name_order="epices ete")

    def test_a_new_price_stands_beside_the_one_before_and_the_moment_of_the_change(self, olives):
        olives.given(*ON_SALE)
        olives.given(olives_repriced("8.50", "9.00"), at=A_WEEK_LATER)
        olives.shows(price=price("9.00"), price_minor=900, price_before=price("8.50"), price_changed_at=A_WEEK_LATER)

    def test_what_a_draft_was_to_cost_is_no_price_before(self, olives):
        olives.given(olives_created("8.50"), olives_repriced("8.50", "7.50"), *ON_SALE[1:])
        olives.shows(price=price("7.50"), price_before=None, price_changed_at=None)

    def test_a_first_price_has_none_before_it(self, olives):
        olives.given(olives_created("8.50"))
        olives.shows(price=price("8.50"), price_minor=850, price_before=None, price_changed_at=None)

    def test_a_product_shows_the_categories_that_it_was_put_into_last(self, olives):
        olives.given(olives_created(), ProductCategorised(product_id=OLIVES, category_ids=(CHEESE, MEZZE)))
        olives.shows(category_ids=[str(CHEESE), str(MEZZE)])

    @pytest.mark.parametrize(
        ("status", "visible"),
        [
            (Status.DRAFT, False),
            (Status.PENDING_APPROVAL, False),
            (Status.ACTIVE, True),
            (Status.INACTIVE, False),
            (Status.DISCONTINUED, True),
        ],
    )
    def test_a_product_is_visible_while_it_is_active_and_once_it_is_discontinued(self, olives, status, visible):
        olives.given(*OLIVES_THAT_ARE[status])
        olives.shows(status=status, visible=visible, has_page=visible)

    def test_a_recalled_product_is_in_no_list_and_keeps_its_page(self, olives):
        olives.given(*OLIVES_THAT_ARE[Status.RECALLED])
        olives.shows(visible=False, listed=False, has_page=True, stock_status="recalled")

    def test_a_recalled_draft_has_no_page(self, olives):
        olives.given(olives_created(), RECALLED)
        olives.shows(has_page=False)

    def test_a_product_that_is_back_on_sale_is_as_new_as_it_was(self, olives):
        olives.given(*OLIVES_THAT_ARE[Status.INACTIVE], at=NOW)
        olives.given(ProductReactivated(product_id=OLIVES), at=A_WEEK_LATER)
        olives.shows(status="active", visible=True, listed_at=NOW)

    def test_there_is_an_empty_place_for_reviews(self, olives):
        olives.given(*ON_SALE)
        olives.shows(reviews={})


class TestListed:
    def test_a_product_in_no_category_is_seen_but_not_listed(self, olives):
        olives.given(*ON_SALE, ProductCategorised(product_id=OLIVES, category_ids=()))
        olives.shows(visible=True, listed=False, facets=[])

    def test_a_listed_product_is_narrowed_and_counted_by_what_it_states(self, olives):
        stated = Allergens(contains=(Allergen.DAIRY,), may_contain=(Allergen.NUTS,), certified_free=(Allergen.SOY,))
        olives.given(olives_created(allergens=stated, tags=("vegan",)), *ON_SALE[1:])
        assert {"allergens=stated", "allergen=DAIRY", "allergen=NUTS", "tag=vegan"} <= set(olives.document["facets"])
        assert "allergen=SOY" not in olives.document["facets"]

    def test_what_a_label_says_nothing_of_is_not_taken_to_be_absent(self, olives):
        olives.given(olives_created(allergens=Allergens(unstated=(Allergen.CELERY,))), *ON_SALE[1:])
        assert "allergen=CELERY" in olives.document["facets"]

    def test_what_states_no_allergens_is_told_apart(self, olives):
        olives.given(olives_created(allergens=None), *ON_SALE[1:])
        assert not any(facet.startswith("allergen") for facet in olives.document["facets"])

    def test_the_first_of_its_pictures_stands_for_it(self, olives):
        jar, spoon = (Picture(name=f"{letter * 2}/{letter * 64}", width=640, height=480) for letter in "ab")
        olives.given(*ON_SALE, *(PictureAttached(product_id=OLIVES, picture=one) for one in (jar, spoon)))
        olives.shows(pictures=[dump(jar), dump(spoon)], cover=[dump(jar)])
        olives.given(PicturesArranged(product_id=OLIVES, names=(spoon.name, jar.name)))
        olives.shows(cover=[dump(spoon)])
        olives.given(PictureRemoved(product_id=OLIVES, name=spoon.name))
        olives.shows(pictures=[dump(jar)], cover=[dump(jar)])


SPRING_BATCH = {"batch_number": "SPRING", "best_before": "2027-03-02"}
SUMMER_BATCH = {"batch_number": "SUMMER", "best_before": "2026-07-01"}
LOTS_RECEIVED = (received(10, batch="SPRING"), received(5, SUMMER_LOT, best_before=IN_JULY, batch="SUMMER"))


class TestRecalls:
    def notice(self, *batches, reason="glass in a jar", since="2026-03-02", whole=False):
        return {"reason": reason, "since": since, "all_batches": whole, "batches": list(batches)}

    def test_a_recalled_batch_is_told_by_what_its_package_says(self, olives):
        olives.given(*ON_SALE, *LOTS_RECEIVED, recalled(10))
        olives.shows(recalls=[self.notice(SPRING_BATCH)], listed=True)

    def test_batches_that_were_recalled_for_one_reason_are_told_together(self, olives):
        olives.given(*ON_SALE, *LOTS_RECEIVED, recalled(10))
        olives.given(recalled(5, SUMMER_LOT), at=A_WEEK_LATER)
        olives.shows(recalls=[self.notice(SPRING_BATCH, SUMMER_BATCH)])

    def test_each_reason_has_its_notice(self, olives):
        olives.given(*ON_SALE, *LOTS_RECEIVED, recalled(10))
        olives.given(replace(recalled(5, SUMMER_LOT), reason="botulism"), at=A_WEEK_LATER)
        later = self.notice(SUMMER_BATCH, reason="botulism", since="2026-03-09")
        olives.shows(recalls=[self.notice(SPRING_BATCH), later])

    def test_of_a_recalled_product_all_batches_are_told(self, olives):
        olives.given(*ON_SALE, *LOTS_RECEIVED, RECALLED, all_recalled(), recalled(5, SUMMER_LOT), recalled(10))
        olives.shows(recalls=[self.notice(SUMMER_BATCH, SPRING_BATCH, whole=True)])

    def test_a_batch_of_which_nothing_is_left_is_told_too(self, olives):
        olives.given(*ON_SALE, *LOTS_RECEIVED, SPRING_LOT_EXPIRED, disposed(10), recalled(0))
        olives.shows(recalls=[self.notice(SPRING_BATCH)])


class TestStock:
    def test_without_stock_a_product_is_out_of_stock(self, olives):
        olives.given(*ON_SALE)
        olives.shows(available=0, in_stock=False, stock_status="out_of_stock", best_before=None)

    def test_lots_in_quarantine_are_not_available(self, olives):
        olives.given(*ON_SALE, received(10), approved())
        olives.shows(available=0, stock_status="out_of_stock", best_before=None)

    def test_released_lots_are_available(self, olives):
        olives.given(*ON_SALE, *on_sale(10, SPRING_LOT), *on_sale(5, SUMMER_LOT))
        olives.shows(available=15, in_stock=True, stock_status="in_stock")

    def test_the_nearest_best_before_is_shown(self, olives):
        olives.given(*on_sale(10, SPRING_LOT, best_before=NEXT_YEAR), *on_sale(5, SUMMER_LOT, best_before=IN_JULY))
        olives.shows(best_before="2026-07-01")

    def test_the_best_before_of_a_lot_that_is_sold_out_is_not_shown(self, olives):
        olives.given(
            *on_sale(10, SPRING_LOT, best_before=IN_JULY), *on_sale(5, SUMMER_LOT, best_before=NEXT_YEAR), sold(10)
        )
        olives.shows(best_before="2027-03-02", available=5)

    def test_a_lot_that_was_disposed_of_is_forgotten_though_it_is_recalled_after_that(self, olives):
        olives.given(*on_sale(10), SPRING_LOT_EXPIRED)
        olives.given(disposed(10), recalled(0), disposed(0))
        olives.shows(lots={}, available=0, best_before=None)

    def test_what_is_reserved_is_not_available(self, olives):
        olives.given(*on_sale(10), reserved(4, ANNAS_CART), reserved(6, BENS_CART))
        olives.shows(available=0, stock_status="out_of_stock")

    def test_an_extension_leaves_what_is_available(self, olives):
        longer = ReservationExtended(product_id=OLIVES, reservation_id=ANNAS_CART, expires_at=NOW + minutes(45))
        olives.given(*on_sale(10), reserved(4), longer)
        olives.shows(available=6)

    @pytest.mark.parametrize(
        "end",
        [
            ReservationReleased(product_id=OLIVES, reservation_id=ANNAS_CART, reason="changed her mind"),
            ReservationLapsed(product_id=OLIVES, reservation_id=ANNAS_CART),
        ],
        ids=lambda fact: type(fact).__name__,
    )
    def test_what_is_no_longer_reserved_is_available_again(self, olives, end):
        olives.given(*on_sale(10), reserved(4), end)
        olives.shows(available=10)

    def test_what_is_sold_is_gone(self, olives):
        olives.given(*on_sale(10), sold(4))
        olives.shows(available=6)

    def test_what_is_sold_from_a_reservation_is_gone_once(self, olives):
        olives.given(*on_sale(10), reserved(6), sold(4, cart=ANNAS_CART))
        olives.shows(available=6)

    @pytest.mark.parametrize("end", [held(), SPRING_LOT_EXPIRED, recalled(10)], ids=lambda fact: type(fact).__name__)
    def test_lots_that_are_off_sale_are_not_available(self, olives, end):
        olives.given(*on_sale(10, SPRING_LOT), *on_sale(5, SUMMER_LOT), end)
        olives.shows(available=5)

    def test_no_more_than_nothing_is_missing_while_promises_outlive_their_lot(self, olives):
        olives.given(*on_sale(10), reserved(4), SPRING_LOT_EXPIRED)
        olives.shows(available=0, stock_status="out_of_stock")

    def test_a_discontinued_product_says_so_whatever_is_left_of_it(self, olives):
        olives.given(*ON_SALE, *on_sale(10), DISCONTINUED)
        olives.shows(stock_status="discontinued", in_stock=False, visible=True)

    def test_a_product_that_is_brought_back_can_be_had_again(self, olives):
        olives.given(*ON_SALE, *on_sale(10), DISCONTINUED, CLOSED, REINSTATED, REOPENED)
        olives.shows(status="active", stock_status="in_stock", available=10)


HISTORY = [*ON_SALE, olives_repriced("8.50", "9.00"), DISCONTINUED, REINSTATED, DISCONTINUED]
GOODS = [*on_sale(10), reserved(4), sold(3, cart=ANNAS_CART), received(5, SUMMER_LOT), SPRING_LOT_EXPIRED]


@settings(deadline=None, max_examples=50)
@given(st.permutations([True] * len(HISTORY) + [False] * len(GOODS)))
def test_the_order_in_which_a_product_and_its_stock_are_heard_makes_no_difference(turns):
    expected, heard = Shown(NAME), Shown(NAME)
    expected.given(*HISTORY, *GOODS)
    product, stock = iter(HISTORY), iter(GOODS)
    heard.given(*(next(product) if turn else next(stock) for turn in turns))
    assert heard.document == expected.document
