"""The commands by which a second person says yes or no to what of the catalogue waits."""

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
from efi.staff.waiting import decided_by

decided_by(Kind.PRODUCT, Product, yes=ApproveProduct, no=DeclineProduct)
decided_by(Kind.PRICE, Product, yes=ApprovePrice, no=DeclinePrice)
decided_by(Kind.LABEL, Product, yes=ApproveLabel, no=DeclineLabel)
decided_by(Kind.REINSTATEMENT, Product, yes=ApproveReinstatement, no=DeclineReinstatement)
decided_by(Kind.RELEASE, Lot, yes=ReleaseLot, no=HoldLot)
decided_by(Kind.ADJUSTMENT, Lot, yes=ApproveAdjustment, no=DeclineAdjustment)
