"""What customers say to those who draw histories of commands."""

from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.credit import ApproveCredit, DeclineCredit, ProposeCredit, WithdrawCredit
from customers.commands.emails import ChangeEmail, ProveEmail
from customers.commands.endings import DeactivateCustomer, MergeCustomers, ReactivateCustomer
from customers.commands.forgetting import ApproveForgetting, DeclineForgetting, ForgetCustomer
from customers.commands.people import (
    AddNote,
    AmendProfile,
    ChangeContact,
    ChangeSegment,
    DescribeBusiness,
    DescribeConsumer,
    DescribeTraits,
    IdentifyBusiness,
    RenameCustomer,
    RetypeCustomer,
    TagCustomer,
)
from customers.commands.registration import OpenBusiness
from efi.writing.commands import Command

ALSO_CALLED = {"merged_id": "customer_id"}
OPENINGS: tuple[tuple[type[Command], ...], ...] = (
    (OpenBusiness, AddAddress, AddAddress, ChooseAddress, ChangeAddress, RemoveAddress),
    (OpenBusiness, GiveConsent, WithdrawConsent, ChangeEmail, ProveEmail, ChangeEmail),
    (OpenBusiness, ProposeCredit, ApproveCredit, WithdrawCredit),
    (OpenBusiness, ProposeCredit, DeclineCredit, DeactivateCustomer, ReactivateCustomer),
    (OpenBusiness, OpenBusiness, AddAddress, MergeCustomers),
    (OpenBusiness, ForgetCustomer, DeclineForgetting),
    (OpenBusiness, AddNote, ForgetCustomer, ApproveForgetting),
    (OpenBusiness, DescribeBusiness, IdentifyBusiness, ChangeContact, RenameCustomer, AmendProfile, TagCustomer),
    (OpenBusiness, RetypeCustomer, RetypeCustomer, ChangeSegment, DescribeConsumer, DescribeTraits),
)
BEYOND = (
    "ForgetAgain",
    "RegisterCustomer",
    "OpenAccount",
    "AcceptInvitation",
    "ChangePassword",
    "MoveToEmail",
    "OfferReset",
    "customers.AccountOpened",
    "customers.PasswordChanged",
    "customers.ResetOffered",
)
"""What needs a code that was typed in, a password that was chosen, an account, or a key that is gone."""


def words() -> tuple[str, ...]:
    return ("BB", "430-1234", "2026-11", "192.0.2.7", "07:30", "https://chef.example", "regular", "Bridgetown")
