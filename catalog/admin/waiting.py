"""The commands by which a second person says yes or no to what of the catalogue waits."""

from catalog.admin import comparisons
from catalog.commands.lots import ApproveAdjustment, DeclineAdjustment, HoldLot, ReleaseLot
from catalog.commands.products import ApproveProduct, DeclineProduct
from catalog.commands.proposals import (
    ApproveLabel,
    ApprovePrice,
    ApproveReinstatement,
    DeclineLabel,
    DeclinePrice,
    DeclineReinstatement,
)
from catalog.models import Lot, Product
from catalog.records.approvals import Kind
from efi.staff.decisions import decided_by

decided_by(Kind.PRODUCT, Product, yes=ApproveProduct, no=DeclineProduct, compares=comparisons.of_a_product)
decided_by(Kind.PRICE, Product, yes=ApprovePrice, no=DeclinePrice, compares=comparisons.of_a_price)
decided_by(Kind.LABEL, Product, yes=ApproveLabel, no=DeclineLabel, compares=comparisons.of_a_label)
decided_by(Kind.REINSTATEMENT, Product, yes=ApproveReinstatement, no=DeclineReinstatement)
decided_by(Kind.RELEASE, Lot, yes=ReleaseLot, no=HoldLot, compares=comparisons.of_a_release)
decided_by(Kind.ADJUSTMENT, Lot, yes=ApproveAdjustment, no=DeclineAdjustment, compares=comparisons.of_an_adjustment)
