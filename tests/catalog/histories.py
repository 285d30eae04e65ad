"""What the catalogue says to those who draw histories of commands."""

from collections.abc import Iterator

from catalog.commands.bundles import CreateBundle, DescribeBundle, OfferBundle, RepriceBundle, WithdrawBundle
from catalog.commands.categories import ArrangeCategories, CreateCategory, MoveCategory
from catalog.commands.lots import AdjustLot, ApproveAdjustment, DeclineAdjustment, ReceiveLot, ReleaseLot
from catalog.commands.pictures import ArrangePictures, AttachPicture
from catalog.commands.products import (
    ApproveProduct,
    CreateProduct,
    DeclineProduct,
    DescribeProduct,
    DiscontinueProduct,
    ReinstateProduct,
    SubmitProduct,
)
from catalog.commands.proposals import ApproveLabel, ApproveReinstatement, DeclineLabel, DeclineReinstatement
from catalog.commands.stock import (
    AllocateForOrder,
    ExpireStock,
    ExtendReservation,
    HoldForCart,
    LetGoOfCart,
    ReserveStock,
    ReturnAllocation,
    SendAllocation,
)
from catalog.commands.suppliers import RegisterSupplier
from efi.writing.commands import Command
from tests.catalog.gallery import uploaded

ALSO_CALLED = {"parent_id": "category_id", "cart_id": "reservation_id"}
RECEIVED = (RegisterSupplier, CreateProduct, ReceiveLot)
RELEASED = (*RECEIVED, ReleaseLot, ReleaseLot)
EXPIRED = (*RELEASED, AdjustLot, ReserveStock, AdjustLot, HoldForCart, ReserveStock, AdjustLot, ExpireStock)
"""A day or two go by until the last."""
LISTED = (CreateCategory, *[CreateProduct] * 4, SubmitProduct, ApproveProduct)
BUNDLED = (
    *LISTED,
    SubmitProduct,
    ApproveProduct,
    CreateBundle,
    DescribeBundle,
    RepriceBundle,
    WithdrawBundle,
    OfferBundle,
)
OPENINGS: tuple[tuple[type[Command], ...], ...] = (
    RECEIVED,
    RELEASED,
    (*RELEASED, ReserveStock, ExtendReservation),
    (*RELEASED, HoldForCart, LetGoOfCart),
    (*RELEASED, AllocateForOrder, ReturnAllocation),
    (*RELEASED, AllocateForOrder, SendAllocation),
    EXPIRED,
    EXPIRED,
    (*RELEASED, AdjustLot, ApproveAdjustment),
    (*RELEASED, AdjustLot, DeclineAdjustment),
    LISTED,
    (*LISTED[:-1], DeclineProduct),
    (*LISTED, DescribeProduct, ApproveLabel),
    (*LISTED, DescribeProduct, DeclineLabel),
    (*LISTED, DiscontinueProduct, ReinstateProduct, ApproveReinstatement),
    (*LISTED, DiscontinueProduct, ReinstateProduct, ApproveReinstatement),
    (*LISTED, DiscontinueProduct, ReinstateProduct, DeclineReinstatement),
    BUNDLED,
    BUNDLED,
    (CreateCategory, CreateCategory, ArrangeCategories),
    (CreateCategory, CreateCategory, CreateCategory, MoveCategory),
    (CreateProduct, AttachPicture, AttachPicture, ArrangePictures),
)


def words() -> Iterator[str]:
    """Yields texts of every form that its commands ask for, among them names of pictures that are kept."""
    yield from ("BB", "GR", "olives", "capers", "pickled-fish", "Kalamata", *(f"OLI-{n}" for n in range(9)))
    yield from map(uploaded, ("olive", "peru"))
