"""For each of the catalogue's commands one that will be carried out, and what has to be there for it."""

from dataclasses import replace
from uuid import UUID, uuid5

from catalog.commands.bundles import CreateBundle, DescribeBundle, OfferBundle, RepriceBundle, WithdrawBundle
from catalog.commands.categories import (
    ArrangeCategories,
    CreateCategory,
    DeactivateCategory,
    DescribeCategory,
    MoveCategory,
    PictureCategory,
    ReactivateCategory,
    RemoveCategory,
    RenameCategory,
)
from catalog.commands.lots import (
    AdjustLot,
    ApproveAdjustment,
    DeclineAdjustment,
    DisposeLot,
    HoldLot,
    RecallLot,
    ReceiveLot,
    RejectLot,
    ReleaseLot,
    SetReorderPoint,
    WriteOff,
)
from catalog.commands.pictures import ArrangePictures, AttachPicture, RemovePicture
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DeactivateProduct,
    DeclineProduct,
    DescribeProduct,
    DiscontinueProduct,
    OfferProduct,
    ReactivateProduct,
    RecallProduct,
    ReinstateProduct,
    SubmitProduct,
)
from catalog.commands.proposals import (
    ApproveLabel,
    ApprovePrice,
    ApproveReinstatement,
    DeclineLabel,
    DeclinePrice,
    DeclineReinstatement,
)
from catalog.commands.stock import (
    AllocateForOrder,
    AllocateFromLots,
    AllocateStock,
    ExpireStock,
    ExtendReservation,
    HoldForCart,
    LetGoOfCart,
    ReleaseReservation,
    ReserveStock,
    ReturnAllocation,
    SendAllocation,
)
from catalog.commands.suppliers import AmendSupplier, RegisterSupplier
from catalog.values import Loss, NotStated, Offer, Part, Severity
from efi.writing.commands import CALLERS, Command
from tests.catalog.catalogue import (
    category,
    delivery,
    listed,
    olives,
    product,
    repricing,
    reservation,
    stocked,
    supplier,
)
from tests.catalog.gallery import uploaded
from tests.catalog.larder import ABOUT_OLIVES, QUALITY
from tests.efi import audit
from tests.efi.scenarios import scenario
from tests.given import JOAN, NOW, bbd, identity, minutes, say

LATER = NOW + minutes(60)


@scenario(CreateCategory)
def below_another(suffix: str) -> Command:
    return CreateCategory(name=f"Olives {suffix}", parent_id=category(f"Mezze {suffix}"))


@scenario(RenameCategory)
def with_another_name(suffix: str) -> Command:
    return RenameCategory(category_id=category(f"Mezze {suffix}"), name=f"Meze {suffix}")


@scenario(MoveCategory)
def to_below_another(suffix: str) -> Command:
    return MoveCategory(category_id=category(f"Olives {suffix}"), parent_id=category(f"Mezze {suffix}"))


@scenario(DescribeCategory)
def of_small_plates(suffix: str) -> Command:
    return DescribeCategory(category_id=category(f"Mezze {suffix}"), description="Small plates")


@scenario(PictureCategory)
def with_a_picture(suffix: str) -> Command:
    return PictureCategory(category_id=category(f"Mezze {suffix}"), name=uploaded(), alt="Small dishes on a table")


@scenario(ArrangeCategories)
def with_the_last_first(suffix: str) -> Command:
    mezze = category(f"Mezze {suffix}")
    siblings = [category(f"{name} {suffix}", below=mezze) for name in ("Olives", "Cheese")]
    return ArrangeCategories(parent_id=mezze, category_ids=tuple(reversed(siblings)))


@scenario(DeactivateCategory)
def out_of_sight(suffix: str) -> Command:
    return DeactivateCategory(category_id=category(f"Mezze {suffix}"))


@scenario(ReactivateCategory)
def into_sight(suffix: str) -> Command:
    mezze = category(f"Mezze {suffix}")
    say(DeactivateCategory(category_id=mezze))
    return ReactivateCategory(category_id=mezze)


@scenario(RemoveCategory)
def left_by_its_last_product(suffix: str) -> Command:
    mezze = category(f"Mezze {suffix}")
    say(CategoriseProduct(product_id=product(f"OLI-{suffix}", categories=(mezze,)), category_ids=()))
    return RemoveCategory(category_id=mezze)


@scenario(CreateProduct)
def on_two_shelves(suffix: str) -> Command:
    return olives(f"OLI-{suffix}", categories=(category(f"Mezze {suffix}"), category(f"Gifts {suffix}")))


@scenario(DescribeProduct)
def with_other_words(suffix: str) -> Command:
    return DescribeProduct(product_id=product(f"OLI-{suffix}"), **ABOUT_OLIVES | {"description": "In oil"})


def proposed(order: Command, suffix: str) -> dict[str, UUID]:
    """What waits for a second person, by its ids."""
    key = f"proposal {suffix}"
    say(order, by=JOAN, key=key)
    command_id = uuid5(CALLERS, f"{JOAN}|{type(order).__name__}|{key}")
    return {"product_id": order.product_id, "proposal_id": uuid5(command_id, "created")}


def far_off(suffix: str) -> dict[str, UUID]:
    return proposed(repricing(listed(f"OLI-{suffix}"), "19.00"), suffix)


@scenario(ApprovePrice)
def of_a_bad_year(suffix: str) -> Command:
    return ApprovePrice(**far_off(suffix))


@scenario(DeclinePrice)
def of_too_bad_a_year(suffix: str) -> Command:
    return DeclinePrice(**far_off(suffix), reason="too far")


def without_nuts(suffix: str) -> dict[str, UUID]:
    label = {"allergens": None, "not_stated": (NotStated.ALLERGENS,)}
    order = DescribeProduct(product_id=listed(f"OLI-{suffix}"), **ABOUT_OLIVES | label)
    return proposed(order, suffix)


@scenario(ApproveLabel)
def that_states_less(suffix: str) -> Command:
    return ApproveLabel(**without_nuts(suffix))


@scenario(DeclineLabel)
def that_states_too_little(suffix: str) -> Command:
    return DeclineLabel(**without_nuts(suffix), reason="nuts are near")


@scenario(DeclineProduct)
def that_is_not_ready(suffix: str) -> Command:
    submitted = of_a_draft(suffix)
    say(submitted, by=JOAN)
    return DeclineProduct(product_id=submitted.product_id, reason="no picture")


@scenario(OfferProduct)
def for_a_season(suffix: str) -> Command:
    return OfferProduct(product_id=listed(f"OLI-{suffix}"), offer=Offer.SEASONAL)


@scenario(ReinstateProduct)
def by_mistake(suffix: str) -> ReinstateProduct:
    ended = for_good(suffix)
    say(ended)
    return ReinstateProduct(product_id=ended.product_id, reason="the wrong product was chosen")


@scenario(ApproveReinstatement)
def that_was_a_mistake(suffix: str) -> Command:
    return ApproveReinstatement(**proposed(by_mistake(suffix), suffix))


@scenario(DeclineReinstatement)
def that_was_none(suffix: str) -> Command:
    return DeclineReinstatement(**proposed(by_mistake(suffix), suffix), reason="its maker has closed")


@scenario(RecallProduct)
def for_safety(suffix: str) -> Command:
    return RecallProduct(product_id=promised(suffix)["product_id"], reason="glass in a jar")


@scenario(AttachPicture)
def of_a_jar(suffix: str) -> Command:
    return AttachPicture(product_id=product(f"OLI-{suffix}"), name=uploaded(), alt="A jar")


def pictured(suffix: str) -> UUID:
    product_id = product(f"OLI-{suffix}")
    for colour in ("olive", "peru"):
        say(AttachPicture(product_id=product_id, name=uploaded(colour)))
    return product_id


@scenario(RemovePicture)
def of_two(suffix: str) -> Command:
    return RemovePicture(product_id=pictured(suffix), name=uploaded())


@scenario(ArrangePictures)
def the_other_way_round(suffix: str) -> Command:
    return ArrangePictures(product_id=pictured(suffix), names=(uploaded("peru"), uploaded("olive")))


def two_on_sale(suffix: str) -> CreateBundle:
    parts = (listed(f"OLI-{suffix}"), listed(f"FET-{suffix}"))
    return CreateBundle(name="Greek table", product_ids=parts, price=bbd("16.00"))


def bundled(suffix: str) -> UUID:
    return say(two_on_sale(suffix)).id


@scenario(CreateBundle)
def of_olives_and_feta(suffix: str) -> Command:
    return two_on_sale(suffix)


@scenario(DescribeBundle)
def by_another_name(suffix: str) -> Command:
    return DescribeBundle(bundle_id=bundled(suffix), name="Greek evening", description="For two")


@scenario(RepriceBundle)
def for_less(suffix: str) -> Command:
    return RepriceBundle(bundle_id=bundled(suffix), price=bbd("15.00"))


@scenario(WithdrawBundle)
def for_a_while(suffix: str) -> Command:
    return WithdrawBundle(bundle_id=bundled(suffix))


@scenario(OfferBundle)
def after_a_while(suffix: str) -> Command:
    bundle_id = bundled(suffix)
    say(WithdrawBundle(bundle_id=bundle_id))
    return OfferBundle(bundle_id=bundle_id)


@scenario(ChangePrice)
def of_olives(suffix: str) -> Command:
    return repricing(listed(f"OLI-{suffix}"), "9.00")


@scenario(CategoriseProduct)
def from_shelf_to_shelf(suffix: str) -> Command:
    mezze, gifts, new = (category(f"{name} {suffix}") for name in ("Mezze", "Gifts", "New"))
    return CategoriseProduct(product_id=product(f"OLI-{suffix}", categories=(mezze, gifts)), category_ids=(gifts, new))


@scenario(SubmitProduct)
def of_a_draft(suffix: str) -> Command:
    return SubmitProduct(product_id=product(f"OLI-{suffix}", categories=(category(f"Mezze {suffix}"),)))


@scenario(ApproveProduct)
def by_another_person(suffix: str) -> Command:
    submitted = of_a_draft(suffix)
    say(submitted, by=JOAN)
    return ApproveProduct(product_id=submitted.product_id)


@scenario(DeactivateProduct)
def off_the_shelf(suffix: str) -> Command:
    return DeactivateProduct(product_id=listed(f"OLI-{suffix}"))


@scenario(ReactivateProduct)
def back_on_the_shelf(suffix: str) -> Command:
    product_id = listed(f"OLI-{suffix}")
    say(DeactivateProduct(product_id=product_id))
    return ReactivateProduct(product_id=product_id)


@scenario(DiscontinueProduct)
def for_good(suffix: str) -> DiscontinueProduct:
    return DiscontinueProduct(product_id=promised(suffix)["product_id"])


@scenario(RegisterSupplier)
def of_that_code(suffix: str) -> Command:
    return RegisterSupplier(code=f"TRA-{suffix}", name="Trattoria Levante", contact="Ada", country="IT")


@scenario(AmendSupplier)
def who_has_moved(suffix: str) -> Command:
    return AmendSupplier(supplier_id=supplier(f"TRA-{suffix}"), name="Trattoria", contact="Bruno", country="FR")


@scenario(ReceiveLot)
def of_a_first_delivery(suffix: str) -> Command:
    return delivery(product(f"OLI-{suffix}"), supplier(f"TRA-{suffix}"))


@scenario(ReleaseLot)
def as_the_second_person(suffix: str) -> Command:
    received = of_a_first_delivery(suffix)
    say(received)
    release = ReleaseLot(product_id=received.product_id, lot_id=received.lot_id)
    say(release, by=QUALITY)
    return release


def lot_on_sale(suffix: str) -> tuple[UUID, UUID]:
    """Of ten units: the product and the lot."""
    product_id = listed(f"OLI-{suffix}")
    return product_id, stocked(product_id, supplier(f"TRA-{suffix}"), 10)


def in_stock(suffix: str) -> UUID:
    return lot_on_sale(suffix)[0]


def promised(suffix: str) -> dict[str, UUID]:
    """A lot of which all is reserved, so that a cart loses what the lot does."""
    product_id, lot_id = lot_on_sale(suffix)
    say(reservation(product_id, "anna's cart", 10))
    return {"product_id": product_id, "lot_id": lot_id}


@scenario(HoldLot)
def with_what_is_promised(suffix: str) -> Command:
    return HoldLot(**promised(suffix), reason="a jar was swollen")


@scenario(RejectLot)
def out_of_quarantine(suffix: str) -> Command:
    received = of_a_first_delivery(suffix)
    say(received)
    return RejectLot(product_id=received.product_id, lot_id=received.lot_id, reason="the seals leak")


@scenario(RecallLot)
def from_carts_and_orders(suffix: str) -> Command:
    product_id, lot_id = lot_on_sale(suffix)
    say(AllocateStock(product_id=product_id, reference="ORDER-1", quantity=4))
    say(reservation(product_id, "anna's cart", 6))
    return RecallLot(product_id=product_id, lot_id=lot_id, reason="glass in a jar", severity=Severity.CRITICAL)


@scenario(DisposeLot)
def of_what_was_rejected(suffix: str) -> Command:
    rejected = out_of_quarantine(suffix)
    say(rejected)
    return DisposeLot(product_id=rejected.product_id, lot_id=rejected.lot_id, reason="they leak")


@scenario(WriteOff)
def of_a_pallet(suffix: str) -> Command:
    return WriteOff(**promised(suffix), quantity=3, loss=Loss.DAMAGE, reason="a pallet fell")


@scenario(AdjustLot)
def after_a_count(suffix: str) -> Command:
    return AdjustLot(**promised(suffix), change=-2, reason="counted anew", reference="COUNT-7")


def waiting(suffix: str) -> dict[str, UUID]:
    """An adjustment of more worth than one person may decide on."""
    product_id, lot_id = lot_on_sale(suffix)
    say(
        AdjustLot(product_id=product_id, lot_id=lot_id, change=90, reason="a pallet more", reference="COUNT-7"), by=JOAN
    )
    [asked] = audit.facts_of(f"stock:{product_id}")[-1:]
    return {"product_id": product_id, "adjustment_id": asked.adjustment_id}


@scenario(ApproveAdjustment)
def that_another_has_proposed(suffix: str) -> Command:
    return ApproveAdjustment(**waiting(suffix))


@scenario(DeclineAdjustment)
def that_another_has_miscounted(suffix: str) -> Command:
    return DeclineAdjustment(**waiting(suffix), reason="count again")


@scenario(SetReorderPoint)
def before_the_first_delivery(suffix: str) -> Command:
    return SetReorderPoint(product_id=product(f"OLI-{suffix}"), quantity=24)


@scenario(AllocateFromLots)
def out_of_its_turn(suffix: str) -> Command:
    product_id, lot_id = lot_on_sale(suffix)
    part = Part(lot_id=lot_id, quantity=2)
    return AllocateFromLots(
        product_id=product_id, reference="ORDER-1", parts=(part,), reason="a later date was asked for"
    )


@scenario(ReserveStock)
def where_another_has_lapsed(suffix: str) -> Command:
    product_id = in_stock(suffix)
    say(reservation(product_id, "anna's cart", 9, until=NOW), at=NOW - minutes(30))
    return reservation(product_id, "ben's cart", 10)


@scenario(ExtendReservation)
def for_longer(suffix: str) -> Command:
    held = reservation(in_stock(suffix), "anna's cart", 2)
    say(held)
    return ExtendReservation(product_id=held.product_id, reservation_id=held.reservation_id, expires_at=LATER)


@scenario(ReleaseReservation)
def given_back(suffix: str) -> Command:
    held = reservation(in_stock(suffix), "anna's cart", 2)
    say(held)
    return ReleaseReservation(product_id=held.product_id, reservation_id=held.reservation_id, reason="cart emptied")


@scenario(AllocateStock)
def from_a_reservation(suffix: str) -> Command:
    held = reservation(in_stock(suffix), "anna's cart", 2)
    say(held)
    return AllocateStock(
        product_id=held.product_id, reference="ORDER-1", quantity=2, reservation_id=held.reservation_id
    )


@scenario(ExpireStock)
def of_a_reservation(suffix: str) -> Command:
    product_id = in_stock(suffix)
    say(reservation(product_id, "anna's cart", 2, until=NOW), at=NOW - minutes(30))
    return ExpireStock(product_id=product_id)


def held_by_a_cart(suffix: str) -> HoldForCart:
    product_id, cart_id = in_stock(suffix), identity(f"anna's cart {suffix}")
    return HoldForCart(product_id=product_id, cart_id=cart_id, quantity=2, expires_at=LATER)


@scenario(HoldForCart)
def in_place_of_fewer(suffix: str) -> Command:
    held = held_by_a_cart(suffix)
    say(replace(held, quantity=1))
    return held


@scenario(LetGoOfCart)
def from_a_cart(suffix: str) -> Command:
    held = held_by_a_cart(suffix)
    say(held)
    return LetGoOfCart(product_id=held.product_id, cart_id=held.cart_id)


@scenario(AllocateForOrder)
def from_its_cart(suffix: str) -> Command:
    held = held_by_a_cart(suffix)
    say(held)
    return AllocateForOrder(product_id=held.product_id, reference="ORDER-1", quantity=3, cart_id=held.cart_id)


def ordered(suffix: str) -> AllocateForOrder:
    order = AllocateForOrder(
        product_id=in_stock(suffix), reference="ORDER-1", quantity=3, cart_id=identity(f"anna's cart {suffix}")
    )
    say(order)
    return order


@scenario(ReturnAllocation)
def of_a_cancelled_order(suffix: str) -> Command:
    order = ordered(suffix)
    return ReturnAllocation(product_id=order.product_id, reference=order.reference)


@scenario(SendAllocation)
def of_an_order_that_leaves(suffix: str) -> Command:
    order = ordered(suffix)
    return SendAllocation(product_id=order.product_id, reference=order.reference)
