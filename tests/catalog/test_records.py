"""Given events, then records: what staff list of products, categories, suppliers and lots."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from bson import Decimal128

from catalog.events import (
    BundleCreated,
    BundleDescribed,
    BundleOffered,
    BundleRepriced,
    BundleWithdrawn,
    CategoryMoved,
    CategoryRemoved,
    CategoryRenamed,
    LotExpired,
    ProductCategorised,
    ProductDescribed,
    ReservationReleased,
    StockAllocated,
    SupplierAmended,
)
from catalog.records import bundles, categories, prices, products, suppliers
from catalog.values import Description, Part, Status
from efi.domain.texts import terms, words_in
from efi.reading.projections import READ_MODELS
from tests.catalog.folding import folded, rows
from tests.catalog.larder import (
    ABOUT_OLIVES,
    ANNAS_CART,
    CHEESE,
    FETA,
    MEZZE,
    NEXT_YEAR,
    OLIVES,
    OLIVES_THAT_ARE,
    PROPOSAL,
    SPRING_LOT,
    SUMMER_LOT,
    TRATTORIA,
    branch,
    olives_created,
    olives_repriced,
    on_sale,
    received,
    reserved,
    trattoria_registered,
)
from tests.given import MARIA, NOW, bbd

IN_JULY = date(2026, 7, 1)


def day(when: date) -> datetime:
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


@pytest.mark.parametrize("status", Status)
def test_a_product_is_recorded_as_it_stands(status):
    assert folded(products.NAME, *OLIVES_THAT_ARE[status])["status"] == status


def test_a_product_is_recorded_with_what_staff_look_for():
    record = folded(products.NAME, olives_created("8.50"))
    assert record["sku"] == "OLI-1"
    assert (record["currency"], record["price"]) == ("BBD", Decimal128(Decimal("8.50")))
    assert record["category_ids"] == [str(MEZZE)]
    assert record["created_at"] == NOW


def test_a_new_price_is_recorded():
    record = folded(products.NAME, olives_created("8.50"), olives_repriced("8.50", "10.00"))
    assert record["price"] == Decimal128("10.00")


def test_a_product_is_recorded_in_its_new_categories():
    moved = ProductCategorised(product_id=OLIVES, category_ids=(CHEESE,))
    assert folded(products.NAME, olives_created(), moved)["category_ids"] == [str(CHEESE)]


def test_what_is_available_is_on_sale_and_not_reserved():
    record = folded(products.NAME, olives_created(), *on_sale(10), received(5, SUMMER_LOT), reserved(3))
    assert (record["available"], record["in_stock"]) == (7, True)


def test_a_released_reservation_is_available_again():
    gone = ReservationReleased(product_id=OLIVES, reservation_id=ANNAS_CART, reason="changed her mind")
    assert folded(products.NAME, *on_sale(10), reserved(3), gone)["available"] == 10


def test_what_was_allocated_is_neither_there_nor_reserved():
    taken = StockAllocated(
        product_id=OLIVES,
        reference="ORDER-1",
        reservation_id=ANNAS_CART,
        parts=(Part(lot_id=SPRING_LOT, quantity=10),),
        override_reason=None,
        until_sent=False,
    )
    record = folded(products.NAME, *on_sale(10), reserved(10), taken)
    assert (record["available"], record["in_stock"], record["best_before"]) == (0, False, None)


def test_the_nearest_best_before_is_of_a_lot_that_can_be_sold():
    both = [*on_sale(10, best_before=NEXT_YEAR), *on_sale(10, SUMMER_LOT, best_before=IN_JULY)]
    assert folded(products.NAME, *both)["best_before"] == day(IN_JULY)
    expired = LotExpired(product_id=OLIVES, lot_id=SUMMER_LOT, remaining=10)
    assert folded(products.NAME, *both, expired)["best_before"] == day(NEXT_YEAR)


def test_stock_that_is_heard_of_before_its_product_has_no_status_yet():
    assert folded(products.NAME, *on_sale(10))["status"] is None
    assert folded(products.NAME, *on_sale(10), olives_created())["available"] == 10


def test_categories_are_recorded_with_their_place_in_the_tree():
    recorded = {row["_id"]: row for row in rows(categories.NAME, *branch("mezze", "cheese"))}
    assert (
        recorded[str(CHEESE)] | {"path": "mezze / cheese", "level": 2, "parent_id": str(MEZZE)} == recorded[str(CHEESE)]
    )
    assert recorded[str(MEZZE)] | {"path": "mezze", "level": 1, "parent_id": None} == recorded[str(MEZZE)]


def test_a_renamed_category_changes_the_paths_below_it():
    renamed = CategoryRenamed(category_id=MEZZE, name="Small plates")
    assert {row["path"] for row in rows(categories.NAME, *branch("mezze", "cheese"), renamed)} == {
        "Small plates",
        "Small plates / cheese",
    }


def test_a_category_that_moved_to_the_top_is_recorded_there():
    moved = CategoryMoved(category_id=CHEESE, old_parent_id=MEZZE, parent_id=None)
    assert {row["level"] for row in rows(categories.NAME, *branch("mezze", "cheese"), moved)} == {1}


def test_a_removed_category_has_no_record():
    removed = CategoryRemoved(category_id=CHEESE)
    assert [row["name"] for row in rows(categories.NAME, *branch("mezze", "cheese"), removed)] == ["mezze"]


def test_children_come_right_after_their_parent():
    tree = [*branch("oil", "olive"), *branch("oil (other)")]
    assert [row["path"] for row in sorted(rows(categories.NAME, *tree), key=lambda row: row["path_order"])] == [
        "oil",
        "oil / olive",
        "oil (other)",
    ]


def test_a_supplier_is_recorded_as_amended_last():
    amended = SupplierAmended(supplier_id=TRATTORIA, name="Trattoria Ponente", contact="Bea", country="FR")
    record = folded(suppliers.NAME, trattoria_registered("TRA"), amended)
    assert (record["code"], record["name"], record["country"]) == ("TRA", "Trattoria Ponente", "FR")


@pytest.mark.parametrize(
    "asked", ["kalamata", "KALAM", "pâté", "pate", "OLI-1", "oli", "virgin", "(extra-virgin)", "extra"]
)
def test_a_record_is_found_by_the_beginning_of_a_word(asked):
    known = terms("OLI-1", "Kalamata pâté, extra-virgin")
    assert all(any(term.startswith(word) for term in known) for word in words_in(asked))


@pytest.mark.parametrize("quote", "'‘’ʼ`´′")
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Łódź pickles", ["łódź", "lodz", "LODZ"]),
        ("Smørrebrød", ["smorrebrod", "SMØR"]),
        ("Cræm", ["craem", "cræ"]),
        ("O{}Brien{}s stew", ["o'brien's", "o’brien’s", "obriens", "brien"]),
        ("D{}Artagnan pâté", ["d'artagnan", "dartagnan", "artagnan", "“d’artagnan”"]),
    ],
)
def test_a_record_is_found_by_the_letters_and_quotes_that_ones_keyboard_has(name, asked, quote):
    known = terms(name.replace("{}", quote))
    for typed in asked:
        assert all(any(term.startswith(word) for term in known) for word in words_in(typed)), typed


def test_a_price_is_found_by_the_name_that_its_product_has_now():
    renamed = ProductDescribed(product_id=OLIVES, **vars(Description(**{**ABOUT_OLIVES, "name": "Volos olives"})))
    for row in rows(prices.NAME, olives_created(), olives_repriced("8.50", "9.00"), renamed):
        assert {"volos", "oli-1"} <= set(row["terms"])
        assert "kalamata" not in row["terms"]


def test_punctuation_alone_asks_for_nothing():
    assert words_in(" - , . “” ") == []


@pytest.mark.parametrize("name", [name for name, model in READ_MODELS.items() if model.view])
def test_the_view_of_records_hides_the_bookkeeping(name):
    hidden = {field for stage in READ_MODELS[name].view for field in stage.get("$project", {})}
    assert hidden >= {"_seen", "_failed", "_rev", "terms"}


def test_a_bundle_is_recorded_as_it_stands():
    created = BundleCreated(
        bundle_id=FETA,
        slug="greek-table~1",
        name="Greek table",
        description="For two",
        product_ids=(OLIVES, FETA),
        price=bbd("18.00"),
    )
    repriced = BundleRepriced(bundle_id=FETA, old_price=bbd("18.00"), price=bbd("17.00"))
    renamed = BundleDescribed(bundle_id=FETA, name="Greek evening", description="For two")
    record = folded(bundles.NAME, created, repriced, renamed, BundleWithdrawn(bundle_id=FETA))
    assert (record["name"], record["price"], record["offered"]) == ("Greek evening", Decimal128("17.00"), False)
    assert record["product_ids"] == [str(OLIVES), str(FETA)]
    assert folded(bundles.NAME, created, BundleOffered(bundle_id=FETA))["offered"]


def test_each_price_is_recorded_with_the_one_before_and_the_reason():
    first, second, third = rows(
        prices.NAME,
        olives_created("8.50"),
        olives_repriced("8.50", "9.00", "new crop"),
        olives_repriced("9.00", "12.00", "bad year", PROPOSAL),
    )
    assert (first["price"], first["old"], first["reason"]) == (Decimal128("8.50"), None, "first price")
    assert (second["price"], second["old"], second["reason"]) == (Decimal128("9.00"), Decimal128("8.50"), "new crop")
    assert (third["approved"], third["changed_by"], third["product_id"]) == (True, MARIA, str(OLIVES))
    assert first["since"] < second["since"] < third["since"]
