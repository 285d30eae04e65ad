"""Given events, then records: of lots, of what there is of a product, of what came and went, of what waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog import expiry
from catalog.events import (
    AdjustmentDeclined,
    LabelApproved,
    LabelDeclined,
    LabelProposed,
    PriceDeclined,
    ProductDeclined,
    ReinstatementDeclined,
    ReorderPointSet,
    ReservationExtended,
)
from catalog.records import lots, movements, products, stock
from catalog.values import Allergen, Allergens, Label, NotStated
from efi.reading import approvals
from efi.reading.projections import READ_MODELS
from tests.catalog.folding import folded, rows
from tests.catalog.happenings import (
    ASKED,
    COUNT,
    ORDER,
    SPRING,
    adjusted,
    all_recalled,
    disposed,
    expired,
    given_back,
    held,
    noticed,
    picked,
    proposed,
    recalled,
    rejected,
    written_off,
)
from tests.catalog.larder import (
    ANNAS_CART,
    APPROVED,
    CLOSED,
    DISCONTINUED,
    FETA,
    NEXT_YEAR,
    OLIVES,
    PROPOSAL,
    QUALITY,
    RECALLED,
    REINSTATED,
    REINSTATEMENT_PROPOSED,
    SPRING_LOT,
    SUBMITTED,
    SUMMER_LOT,
    approved,
    olives_created,
    olives_price_proposed,
    olives_repriced,
    on_sale,
    received,
    released,
    reserved,
)
from tests.given import JOAN, MARIA, NOW, bbd, minutes

IN_JULY = date(2026, 7, 1)
ON_SALE = on_sale(10)
REORDER_AT_8 = ReorderPointSet(product_id=OLIVES, reorder_point=8)
DECLINED = AdjustmentDeclined(**SPRING, adjustment_id=ASKED, reason="count again", declined_by=JOAN)
REINSTATEMENT_DECLINED = ReinstatementDeclined(
    product_id=OLIVES, proposal_id=PROPOSAL, reason="its maker has closed", declined_by=JOAN
)
PRODUCT_DECLINED = ProductDeclined(product_id=OLIVES, reason="no picture", declined_by=JOAN)
FAR = olives_price_proposed("8.50", bbd("12.00"))
WITH_NUTS = Label(allergens=Allergens(contains=(Allergen.NUTS,)), not_stated=(NotStated.NUTRITION,))
RELABELLED = LabelProposed(product_id=OLIVES, proposal_id=PROPOSAL, label=WITH_NUTS, proposed_by=MARIA)


class TestLots:
    def test_are_found_by_their_batch_and_by_their_product(self):
        [lot] = rows(lots.NAME, olives_created(), received(10))
        batch = lot["batch_number"].lower()
        assert {batch, "kalamata", "olives", "oli-1"} <= set(lot["terms"])

    @pytest.mark.parametrize(
        ("facts", "state", "reason"),
        [
            ([received(10)], "quarantine", ""),
            ([received(10), approved()], "approved_once", ""),
            (ON_SALE, "on_sale", ""),
            ([*ON_SALE, held("swollen")], "quarantine", "swollen"),
            ([*ON_SALE, held("swollen"), approved(), released()], "on_sale", ""),
            ([received(10), rejected()], "rejected", "the seals leak"),
            ([received(10), expired()], "expired", ""),
            ([*ON_SALE, recalled(10)], "recalled", "glass in a jar"),
            ([*ON_SALE, expired(), disposed(10)], "disposed", "not fit to eat"),
        ],
    )
    def test_a_lot_is_recorded_in_its_state_with_the_reason(self, facts, state, reason):
        assert [(row["state"], row["reason"]) for row in rows(lots.NAME, *facts)] == [(state, reason)]

    @pytest.mark.parametrize(
        ("news", "remaining"),
        [
            (picked((SPRING_LOT, 4)), 6),
            (written_off(3, 7), 7),
            (adjusted(5, 15), 15),
            (adjusted(100, 110, asked=ASKED, by=JOAN), 110),
        ],
    )
    def test_a_lot_is_recorded_with_what_remains_of_it(self, news, remaining):
        assert [(row["received"], row["remaining"]) for row in rows(lots.NAME, *ON_SALE, news)] == [(10, remaining)]

    def test_a_lot_is_recorded_with_the_last_notice_of_its_best_before(self):
        notices = [noticed(days, best_before=NEXT_YEAR) for days in (30, 14)]
        assert [row["notice"] for row in rows(lots.NAME, *ON_SALE, *notices)] == ["warn"]

    @pytest.mark.parametrize("end", [DECLINED, adjusted(100, 110, asked=ASKED, by=JOAN), expired(), recalled(10)])
    def test_a_lot_names_the_adjustment_that_waits(self, end):
        assert [row["adjustment_id"] for row in rows(lots.NAME, *ON_SALE, proposed(100))] == [str(ASKED)]
        assert [row["adjustment_id"] for row in rows(lots.NAME, *ON_SALE, proposed(100), end)] == [None]

    def test_lots_of_two_products_are_apart_though_their_ids_are_alike(self):
        model = READ_MODELS[lots.NAME]
        of_olives, of_feta = (
            next(iter(model.rows(folded(lots.NAME, received(10), _id=str(product))))) for product in (OLIVES, FETA)
        )
        assert of_olives["_id"] != of_feta["_id"]


class TestStock:
    @staticmethod
    def record(*facts):
        return folded(stock.NAME, olives_created(), *facts, _id=str(OLIVES))

    def figures(self, *facts):
        record = self.record(*facts)
        return tuple(record[name] for name in ("on_hand", "held", "reserved", "available"))

    def test_there_is_what_is_on_hand_what_is_not_for_sale_and_what_is_promised(self):
        assert self.figures(*ON_SALE, received(5, SUMMER_LOT), reserved(3)) == (15, 5, 3, 7)

    @pytest.mark.parametrize(
        ("news", "figures"),
        [
            (held(), (10, 10, 0, 0)),
            (expired(), (10, 10, 0, 0)),
            (recalled(10), (10, 10, 0, 0)),
            (written_off(3, 7), (7, 0, 0, 7)),
            (adjusted(5, 15), (15, 0, 0, 15)),
            (picked((SPRING_LOT, 4)), (6, 0, 0, 6)),
            (proposed(100), (10, 0, 0, 10)),
        ],
    )
    def test_it_follows_what_comes_to_a_lot(self, news, figures):
        assert self.figures(*ON_SALE, news) == figures

    def test_what_was_disposed_of_is_on_hand_no_more(self):
        assert self.figures(*ON_SALE, recalled(10), disposed(10)) == (0, 0, 0, 0)

    def test_a_lot_that_was_disposed_of_is_forgotten_though_it_is_recalled_after_that(self):
        gone = [*ON_SALE, expired(), disposed(10), recalled(0), disposed(0)]
        for name in (stock.NAME, products.NAME, approvals.NAME, expiry.NAME):
            assert folded(name, olives_created(), *gone, _id=str(OLIVES))["lots"] == {}

    @pytest.mark.parametrize("end", [CLOSED, all_recalled()])
    def test_nothing_is_available_of_a_product_that_has_ended_and_yet_it_is_there(self, end):
        assert self.figures(*ON_SALE, reserved(3), end) == (10, 0, 3, 0)
        assert folded(products.NAME, *ON_SALE, end)["available"] == 0

    def test_products_have_no_more_than_that_available(self):
        for news in (held(), expired(), recalled(10), written_off(3, 7), adjusted(5, 15)):
            here, there = self.record(*ON_SALE, news), folded(products.NAME, *ON_SALE, news)
            assert here["available"] == there["available"]

    @pytest.mark.parametrize(
        ("facts", "standing", "to_reorder"),
        [
            ([], "out_of_stock", False),
            ([REORDER_AT_8], "out_of_stock", True),
            (ON_SALE, "in_stock", False),
            ([*ON_SALE, REORDER_AT_8], "in_stock", False),
            ([*ON_SALE, REORDER_AT_8, picked((SPRING_LOT, 2))], "low_stock", True),
            ([*ON_SALE, REORDER_AT_8, reserved(2)], "low_stock", True),
            ([*ON_SALE, REORDER_AT_8, held(), DISCONTINUED], "discontinued", False),
            ([*ON_SALE, REORDER_AT_8, held(), RECALLED], "recalled", False),
            ([*ON_SALE, REORDER_AT_8, held(), DISCONTINUED, REINSTATED], "out_of_stock", True),
        ],
    )
    def test_more_is_to_be_bought_at_the_reorder_point(self, facts, standing, to_reorder):
        record = self.record(*facts)
        assert (record["standing"], record["to_reorder"]) == (standing, to_reorder)

    def test_stock_that_is_heard_of_before_its_product_has_no_sku_yet(self):
        assert folded(stock.NAME, *ON_SALE, _id=str(OLIVES))["sku"] is None


class TestMovements:
    @staticmethod
    def told(*facts):
        found = rows(movements.NAME, *facts)
        return [(row["type"], row["quantity"], row["remaining"], row["reference"], row["reason"]) for row in found]

    def test_a_lot_is_traced_from_its_receipt_to_its_last_order(self):
        story = [
            *ON_SALE,
            picked((SPRING_LOT, 4), reason=None),
            held(),
            approved(),
            released(),
            picked((SPRING_LOT, 6)),
        ]
        assert self.told(*story) == [
            ("receipt", 10, 10, "", ""),
            ("release", 0, 10, "", ""),
            ("sale", -4, 6, ORDER, ""),
            ("hold", 0, 6, "", "a jar was swollen"),
            ("release", 0, 6, "", ""),
            ("sale", -6, 0, ORDER, "a later date was asked for"),
        ]

    @pytest.mark.parametrize(
        ("news", "told"),
        [
            (adjusted(-3, 7), ("adjustment", -3, 7, COUNT, "counted anew")),
            (written_off(2, 8), ("damage", -2, 8, "", "a pallet fell")),
            (expired(), ("expiration", 0, 10, "", "")),
            (recalled(10), ("recall", 0, 10, "", "glass in a jar")),
        ],
    )
    def test_what_comes_to_a_lot_is_told_with_its_reason(self, news, told):
        assert self.told(*ON_SALE, news)[-1] == told

    def test_disposal_takes_away_what_was_left(self):
        assert self.told(received(10), rejected(), disposed(10))[1:] == [
            ("rejection", 0, 10, "", "the seals leak"),
            ("disposal", -10, 0, "", "not fit to eat"),
        ]

    def test_an_order_of_two_lots_is_two_movements(self):
        both = picked((SPRING_LOT, 1), (SUMMER_LOT, 2))
        found = rows(movements.NAME, *ON_SALE, *on_sale(5, SUMMER_LOT), both)[-2:]
        assert [row["lot_id"] for row in found] == [f"{OLIVES}:{SPRING_LOT}", f"{OLIVES}:{SUMMER_LOT}"]

    def test_each_says_who_and_when(self):
        [receipt] = rows(movements.NAME, received(10))
        assert (receipt["moved_by"], receipt["moved_at"]) == (MARIA, NOW)

    def test_promises_move_nothing(self):
        assert len(self.told(*ON_SALE, reserved(4), given_back("emptied"))) == len(self.told(*ON_SALE))

    def test_each_is_under_its_own_number_and_what_is_told_is_not_kept_to_tell_it_again(self):
        story = [*ON_SALE, picked((SPRING_LOT, 4)), held()]
        assert [row["_id"] for row in rows(movements.NAME, *story)] == [f"{OLIVES}:{one}" for one in range(1, 5)]
        fact = folded(movements.NAME, *story, _id=str(OLIVES))
        assert (fact["lots"].keys(), fact["moved"]) == ({str(SPRING_LOT)}, 4)


class TestApprovals:
    @staticmethod
    def waiting(*facts):
        return rows(approvals.NAME, olives_created(), *facts)

    def test_a_draft_waits_from_its_submission_to_its_approval(self):
        [row] = self.waiting(SUBMITTED)
        assert (row["kind"], row["subject"]) == ("product", "OLI-1 Kalamata olives")
        assert (row["asked_by"], row["since"]) == (MARIA, NOW + minutes(1))
        assert (row["record"], row["ids"]) == (str(OLIVES), {"product_id": str(OLIVES)})
        assert self.waiting(SUBMITTED, APPROVED) == []

    @pytest.mark.parametrize("end", [DISCONTINUED, RECALLED, PRODUCT_DECLINED])
    def test_a_draft_waits_no_longer_once_it_is_declined_or_over(self, end):
        assert self.waiting(SUBMITTED, end) == []

    def test_a_price_says_what_it_was_and_would_be(self):
        [row] = self.waiting(FAR)
        assert (row["kind"], row["before"], row["after"]) == ("price", "BBD 8.50", "BBD 12.00 (+41.2 %)")
        assert (row["ids"]["proposal_id"], row["reason"], row["asked_by"]) == (str(PROPOSAL), "new crop", MARIA)

    @pytest.mark.parametrize(
        "end",
        [
            olives_repriced("8.50", "12.00", proposal=PROPOSAL),
            olives_repriced("8.50", "8.60"),
            PriceDeclined(product_id=OLIVES, proposal_id=PROPOSAL, reason="too dear", declined_by=JOAN),
            RECALLED,
        ],
    )
    def test_a_price_waits_until_it_is_decided_on_or_another_is_set(self, end):
        assert self.waiting(FAR, end) == []

    def test_of_two_proposed_prices_the_later_waits(self):
        [row] = self.waiting(FAR, olives_price_proposed("8.50", bbd("20.00")))
        assert row["after"] == "BBD 20.00 (+135.3 %)"

    def test_a_label_says_what_is_stated_and_would_be(self):
        [row] = self.waiting(RELABELLED)
        assert (row["kind"], row["ids"]["proposal_id"]) == ("label", str(PROPOSAL))
        assert "allergens contains: none" in row["before"].splitlines()
        assert "allergens contains: NUTS" in row["after"].splitlines()

    @pytest.mark.parametrize("end", [DISCONTINUED, RECALLED])
    def test_a_label_waits_no_longer_than_its_product(self, end):
        assert self.waiting(RELABELLED, end) == []

    def test_a_label_does_not_tell_what_stays(self):
        [row] = self.waiting(RELABELLED)
        assert "certified free" not in row["before"] + row["after"]

    def test_what_was_approved_is_what_the_next_label_is_held_against(self):
        approved_label = LabelApproved(product_id=OLIVES, proposal_id=PROPOSAL, label=WITH_NUTS, approved_by=JOAN)
        [row] = self.waiting(RELABELLED, approved_label, RELABELLED)
        assert (row["before"], row["after"]) == ("", "")

    def test_a_label_waits_until_it_is_declined(self):
        no = LabelDeclined(product_id=OLIVES, proposal_id=PROPOSAL, reason="ask the maker", declined_by=JOAN)
        assert self.waiting(RELABELLED, no) == []

    def test_a_product_waits_to_be_brought_back(self):
        [row] = self.waiting(SUBMITTED, APPROVED, DISCONTINUED, REINSTATEMENT_PROPOSED)
        assert (row["kind"], row["before"], row["after"]) == ("reinstatement", "discontinued", "on sale")
        assert (row["ids"]["proposal_id"], row["reason"]) == (str(PROPOSAL), "the wrong product was chosen")

    @pytest.mark.parametrize("end", [REINSTATED, REINSTATEMENT_DECLINED, RECALLED])
    def test_it_waits_until_it_is_decided_on(self, end):
        assert self.waiting(SUBMITTED, APPROVED, DISCONTINUED, REINSTATEMENT_PROPOSED, end) == []

    def test_a_lot_waits_from_its_first_approval_to_its_second(self):
        [row] = self.waiting(received(10, batch="B-1"), approved())
        assert (row["kind"], row["subject"]) == ("release", "OLI-1 Kalamata olives, lot B-1")
        assert (row["asked_by"], row["record"]) == (QUALITY, f"{OLIVES}:{SPRING_LOT}")

    @pytest.mark.parametrize("end", [released(), held(), rejected(), expired(), recalled(10)])
    def test_a_lot_waits_no_longer_than_it_can_be_released(self, end):
        assert self.waiting(received(10), approved(), end) == []

    def test_an_adjustment_says_what_would_remain_before_and_after(self):
        [row] = self.waiting(*ON_SALE, proposed(100), picked((SPRING_LOT, 4)))
        assert (row["kind"], row["before"], row["after"]) == ("adjustment", "6 units", "106 units")
        assert (row["ids"]["adjustment_id"], row["reason"]) == (str(ASKED), f"counted anew ({COUNT})")

    @pytest.mark.parametrize("end", [DECLINED, adjusted(100, 110, asked=ASKED, by=JOAN), expired(), recalled(10)])
    def test_an_adjustment_waits_until_it_is_decided_on_or_its_lot_is_over(self, end):
        assert self.waiting(*ON_SALE, proposed(100), end) == []

    def test_an_adjustment_that_needs_nobody_else_ends_none_that_waits(self):
        assert len(self.waiting(*ON_SALE, proposed(100), adjusted(-1, 9))) == 1


class TestWhatIsDue:
    """When the schedule is to look at a stock again, for all that its events say."""

    MIDNIGHT = datetime(2026, 7, 1, 4, tzinfo=UTC)
    LOT = on_sale(10, best_before=IN_JULY)

    @staticmethod
    def due(*facts):
        return folded(expiry.NAME, *facts)["due"]

    def at(self, days):
        return self.MIDNIGHT - timedelta(days=days)

    @pytest.mark.parametrize(("given", "days"), [((), 30), ((30,), 14), ((30, 14), 7), ((14,), 7), ((7,), -1)])
    def test_at_the_start_of_the_day_of_its_next_notice_and_then_of_the_day_after_its_end(self, given, days):
        notices = [noticed(notice, best_before=IN_JULY) for notice in given]
        assert self.due(*self.LOT, *notices) == self.at(days)

    @pytest.mark.parametrize("end", [expired(), rejected(), recalled(10)])
    def test_never_for_a_lot_that_is_over(self, end):
        assert self.due(*self.LOT, end) is None

    @pytest.mark.parametrize("news", [picked((SPRING_LOT, 10)), written_off(10, 0), adjusted(-10, 0)])
    def test_never_for_a_lot_of_which_nothing_is_left(self, news):
        assert self.due(*self.LOT, news) is None

    def test_again_for_one_that_was_counted_short(self):
        assert self.due(*self.LOT, adjusted(-10, 0), adjusted(1, 1)) == self.at(30)

    def test_what_is_lost_of_a_lot_that_is_over_makes_it_due_no_more(self):
        assert self.due(*self.LOT, expired(), written_off(3, 7)) is None

    def test_at_once_where_one_command_could_not_give_back_all_that_is_promised_too_much(self):
        assert self.due(*self.LOT, reserved(11)) == expiry.LONG_AGO
        assert self.due(*self.LOT, reserved(11), given_back("its lot is held")) == self.at(30)

    def test_at_once_until_all_that_was_reserved_of_a_product_that_has_ended_is_given_back(self):
        assert self.due(*self.LOT, reserved(1), CLOSED) == expiry.LONG_AGO
        assert self.due(*self.LOT, reserved(1), CLOSED, given_back("its product is discontinued")) == self.at(30)

    def test_at_once_until_each_lot_of_a_recalled_product_is_recalled(self):
        one_is_gone = [
            *self.LOT,
            *on_sale(5, SUMMER_LOT),
            expired(),
            disposed(10),
            all_recalled(),
            recalled(5, SUMMER_LOT),
        ]
        assert self.due(*one_is_gone) == expiry.LONG_AGO
        assert self.due(*one_is_gone, recalled(0)) is None

    def test_at_the_end_of_the_first_promise(self):
        longer = ReservationExtended(product_id=OLIVES, reservation_id=ANNAS_CART, expires_at=NOW + minutes(45))
        assert self.due(*self.LOT, reserved(4)) == NOW + minutes(30)
        assert self.due(*self.LOT, reserved(4), longer) == NOW + minutes(45)
        assert self.due(*self.LOT, reserved(4), given_back("emptied")) == self.at(30)
