"""Who may give the tavern's commands."""

from efi.http.permissions import grant, grant_to_owners, read_records_of
from tavern.commands import cellars, kegs, tabs

grant(
    "tavern staff",
    cellars.OpenCellar,
    cellars.CloseCellar,
    kegs.TapKeg,
    kegs.RepriceKeg,
    kegs.MoveKeg,
    kegs.DrawPints,
    kegs.ProposePouring,
    kegs.ApprovePouring,
    kegs.DeclinePouring,
    kegs.EmptyKeg,
    kegs.TasteKeg,
    tabs.OpenTab,
    tabs.OrderRound,
    tabs.OrderFlight,
    tabs.SettleTab,
    tabs.LapseTab,
    also=(read_records_of("tavern"),),
)
grant_to_owners(tabs.OpenTab, tabs.OrderRound)
