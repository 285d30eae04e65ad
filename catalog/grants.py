"""Who may give the catalogue's commands."""

from catalog.commands import categories, lots, products, stock, suppliers
from efi.permissions import READ_RECORDS, READ_STREAMS, grant

grant(
    "catalogue staff",
    categories.CreateCategory,
    categories.RenameCategory,
    categories.MoveCategory,
    categories.RemoveCategory,
    products.CreateProduct,
    products.DescribeProduct,
    products.ChangePrice,
    products.CategoriseProduct,
    products.SubmitProduct,
    products.DeactivateProduct,
    products.ReactivateProduct,
    products.DiscontinueProduct,
    suppliers.RegisterSupplier,
    suppliers.AmendSupplier,
    lots.ReceiveLot,
    lots.HoldLot,
    lots.AdjustLot,
    lots.WriteOff,
    lots.DisposeLot,
    lots.SetReorderPoint,
    stock.ReserveStock,
    stock.ExtendReservation,
    stock.ReleaseReservation,
    stock.AllocateStock,
    stock.ExpireStock,
    also=(READ_RECORDS,),
)
grant(
    "approvers",
    products.ApproveProduct,
    lots.ReleaseLot,
    lots.HoldLot,
    lots.RejectLot,
    lots.RecallLot,
    lots.ApproveAdjustment,
    lots.DeclineAdjustment,
    stock.AllocateFromLots,
    also=(READ_RECORDS, READ_STREAMS),
)
grant("reporting staff", also=(READ_RECORDS,))
