"""The commands by which a second person says yes or no to what of the tavern waits."""

from efi.staff.decisions import decided_by
from tavern.commands.kegs import ApprovePouring, DeclinePouring
from tavern.models import Keg
from tavern.records.approvals import Kind

decided_by(Kind.POURING, Keg, yes=ApprovePouring, no=DeclinePouring)
