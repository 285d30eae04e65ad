"""What customers say to those who draw histories of commands."""

from customers.commands.addresses import AddAddress, ChooseAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.credit import ApproveCredit, ProposeCredit
from customers.commands.endings import MergeCustomers
from customers.commands.forgetting import DeclineForgetting, ForgetCustomer
from customers.commands.registration import OpenBusiness
from efi.writing.commands import Command

ALSO_CALLED = {"merged_id": "customer_id"}
OPENINGS: tuple[tuple[type[Command], ...], ...] = (
    (OpenBusiness, AddAddress, ChooseAddress, GiveConsent, WithdrawConsent),
    (OpenBusiness, ProposeCredit, ApproveCredit),
    (OpenBusiness, OpenBusiness, AddAddress, MergeCustomers),
    (OpenBusiness, ForgetCustomer, DeclineForgetting),
)


def words() -> tuple[str, ...]:
    return ("BB", "430-1234", "2026-03", "192.0.2.7", "07:30", "https://chef.example", "regular", "Bridgetown")
