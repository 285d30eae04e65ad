"""Who may give the customers' commands, and who sees what is personal."""

from customers.commands import accounts, addresses, consents, credit, emails, endings, forgetting, people, registration
from efi.accounts.obliged import requires_second_factor
from efi.http.permissions import grant, grant_to_owners, keep_to_doors, read_records_of
from efi.writing.commands import HANDLERS

READ_RECORDS = read_records_of("customers")
SEE_PERSONAL = "customers.see_personal"
"""Without it, names, numbers, addresses and notes are masked in the records of customers."""

grant(
    "customer staff",
    registration.OpenBusiness,
    emails.ChangeEmail,
    emails.ProveEmail,
    accounts.InviteCustomer,
    accounts.OfferReset,
    people.RenameCustomer,
    people.ChangeContact,
    people.RetypeCustomer,
    people.ChangeSegment,
    people.DescribeConsumer,
    people.DescribeBusiness,
    people.IdentifyBusiness,
    people.DescribeTraits,
    people.TagCustomer,
    people.AddNote,
    addresses.AddAddress,
    addresses.ChangeAddress,
    addresses.RemoveAddress,
    addresses.ChooseAddress,
    consents.WithdrawConsent,
    credit.ProposeCredit,
    credit.DeclineCredit,
    credit.WithdrawCredit,
    endings.DeactivateCustomer,
    endings.ReactivateCustomer,
    endings.MergeCustomers,
    forgetting.ForgetCustomer,
    forgetting.DeclineForgetting,
    also=(READ_RECORDS, SEE_PERSONAL),
)
grant(
    "approvers",
    credit.ApproveCredit,
    credit.DeclineCredit,
    forgetting.ApproveForgetting,
    forgetting.DeclineForgetting,
    also=(READ_RECORDS,),
)
grant("operators", forgetting.ForgetAgain)
keep_to_doors(
    consents.GiveConsent,
    people.AmendProfile,
    accounts.RegisterCustomer,
    accounts.OpenAccount,
    accounts.AcceptInvitation,
    accounts.ChangePassword,
    accounts.NoteSignIn,
    emails.MoveToEmail,
)
grant_to_owners(
    people.AmendProfile,
    people.RenameCustomer,
    people.ChangeContact,
    people.DescribeConsumer,
    addresses.AddAddress,
    addresses.ChangeAddress,
    addresses.RemoveAddress,
    addresses.ChooseAddress,
    consents.GiveConsent,
    consents.WithdrawConsent,
)

requires_second_factor(
    HANDLERS[forgetting.ForgetCustomer].permission, HANDLERS[forgetting.ApproveForgetting].permission
)
