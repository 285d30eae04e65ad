"""For each of the customers' commands one that will be carried out, and what has to be there for it."""

from uuid import UUID

from customers.commands.accounts import (
    SIGN_UP,
    AcceptInvitation,
    ChangePassword,
    InviteCustomer,
    NoteSignIn,
    OfferReset,
    OpenAccount,
    RegisterCustomer,
)
from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.credit import ApproveCredit, DeclineCredit, ProposeCredit, WithdrawCredit
from customers.commands.emails import MOVE, ChangeEmail, MoveToEmail, ProveEmail
from customers.commands.endings import DeactivateCustomer, MergeCustomers, ReactivateCustomer
from customers.commands.forgetting import ApproveForgetting, DeclineForgetting, ForgetAgain, ForgetCustomer
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
from customers.values import (
    AddressUse,
    BusinessProfile,
    BusinessSize,
    ConsentKind,
    ConsumerProfile,
    CustomerType,
    Expat,
    Licence,
    Residency,
    Segment,
)
from efi.accounts import codes, new_passwords
from efi.log import keys
from efi.writing.commands import Command
from tests.customers.folk import (
    BAY_STREET,
    DOVER,
    HOME,
    NET_30,
    WORK,
    a_business,
    a_person,
    credit_proposed,
    forgetting_proposed,
    opening,
    with_an_address,
)
from tests.efi.scenarios import scenario
from tests.given import NOW, say


def anna(suffix: str) -> UUID:
    return a_person(f"Anna {suffix}")


def trattoria(suffix: str) -> UUID:
    return a_business(f"Trattoria {suffix}")


@scenario(OpenBusiness)
def with_all_of_it(suffix: str) -> Command:
    return opening(f"Trattoria {suffix}")


@scenario(RenameCustomer)
def with_another_name(suffix: str) -> Command:
    return RenameCustomer(customer_id=anna(suffix), name="Anna Brathwaite")


@scenario(ChangeContact)
def by_phone(suffix: str) -> Command:
    return ChangeContact(customer_id=anna(suffix), phone="246 430 1234")


@scenario(AmendProfile)
def of_herself(suffix: str) -> Command:
    return AmendProfile(customer_id=anna(suffix), name="Anna Brathwaite", phone="246 430 1234")


@scenario(RetypeCustomer)
def who_came_to_stay(suffix: str) -> Command:
    return RetypeCustomer(customer_id=anna(suffix), type=CustomerType.INDIGENOUS_FOODIE, reason="stays for good")


@scenario(ChangeSegment)
def of_long_standing(suffix: str) -> Command:
    return ChangeSegment(customer_id=anna(suffix), segment=Segment.LONG_TERM, reason="two years by now")


@scenario(DescribeConsumer)
def who_likes_levantine_food(suffix: str) -> Command:
    return DescribeConsumer(customer_id=anna(suffix), profile=ConsumerProfile(cultural_preferences=("Levantine",)))


@scenario(DescribeBusiness)
def of_a_small_house(suffix: str) -> Command:
    profile = BusinessProfile(size=BusinessSize.SMALL, employees=9, account_manager="Joan")
    return DescribeBusiness(customer_id=trattoria(suffix), profile=profile)


@scenario(IdentifyBusiness)
def under_another_licence(suffix: str) -> Command:
    licence = Licence(business_name=f"Trattoria {suffix}", tax_id="1000000000001", licence="F-18")
    return IdentifyBusiness(customer_id=trattoria(suffix), licence=licence)


@scenario(DescribeTraits)
def with_a_work_permit(suffix: str) -> Command:
    traits = Expat(country="GB", residency=Residency.WORK_PERMIT, months=18)
    return DescribeTraits(customer_id=anna(suffix), traits=traits)


@scenario(TagCustomer)
def as_a_regular(suffix: str) -> Command:
    return TagCustomer(customer_id=anna(suffix), tags=("regular",))


@scenario(AddNote)
def that_she_calls(suffix: str) -> Command:
    return AddNote(customer_id=anna(suffix), text="Calls before she comes.")


@scenario(AddAddress)
def at_home(suffix: str) -> Command:
    return AddAddress(customer_id=anna(suffix), address_id=HOME, address=BAY_STREET)


@scenario(ChangeAddress)
def after_a_move(suffix: str) -> Command:
    customer_id = anna(suffix)
    return ChangeAddress(customer_id=customer_id, address_id=with_an_address(customer_id), address=DOVER)


@scenario(RemoveAddress)
def of_an_old_place(suffix: str) -> Command:
    customer_id = anna(suffix)
    return RemoveAddress(customer_id=customer_id, address_id=with_an_address(customer_id))


@scenario(ChooseAddress)
def for_what_is_sent(suffix: str) -> Command:
    customer_id = anna(suffix)
    with_an_address(customer_id)
    work = with_an_address(customer_id, WORK, DOVER)
    return ChooseAddress(customer_id=customer_id, address_id=work, use=AddressUse.SHIPPING)


@scenario(GiveConsent)
def to_the_terms(suffix: str) -> Command:
    return GiveConsent(customer_id=anna(suffix), kind=ConsentKind.TERMS, version="2026-11", network_address="192.0.2.7")


@scenario(WithdrawConsent)
def from_marketing(suffix: str) -> Command:
    customer_id = anna(suffix)
    say(GiveConsent(customer_id=customer_id, kind=ConsentKind.MARKETING, version="2026-11"))
    return WithdrawConsent(customer_id=customer_id, kind=ConsentKind.MARKETING)


@scenario(ProposeCredit)
def for_thirty_days(suffix: str) -> Command:
    return ProposeCredit(customer_id=trattoria(suffix), terms=NET_30, reason="a good year")


@scenario(ApproveCredit)
def as_proposed(suffix: str) -> Command:
    return ApproveCredit(**credit_proposed(trattoria(suffix), suffix))


@scenario(DeclineCredit)
def for_now(suffix: str) -> Command:
    return DeclineCredit(**credit_proposed(trattoria(suffix), suffix), reason="too early")


@scenario(WithdrawCredit)
def that_was_granted(suffix: str) -> Command:
    customer_id = trattoria(suffix)
    say(ApproveCredit(**credit_proposed(customer_id, suffix)))
    return WithdrawCredit(customer_id=customer_id, reason="pays late")


@scenario(DeactivateCustomer)
def who_is_away(suffix: str) -> Command:
    return DeactivateCustomer(customer_id=anna(suffix), reason="away for a year")


@scenario(ReactivateCustomer)
def who_is_back(suffix: str) -> Command:
    customer_id = anna(suffix)
    say(DeactivateCustomer(customer_id=customer_id, reason="away for a year"))
    return ReactivateCustomer(customer_id=customer_id)


@scenario(MergeCustomers)
def who_came_twice(suffix: str) -> Command:
    other = a_person(f"Anne {suffix}")
    with_an_address(other)
    return MergeCustomers(customer_id=anna(suffix), merged_id=other)


@scenario(ForgetCustomer)
def who_asked_for_it(suffix: str) -> Command:
    return ForgetCustomer(customer_id=anna(suffix), reason="asked by letter")


@scenario(ApproveForgetting)
def as_was_asked(suffix: str) -> Command:
    return ApproveForgetting(**forgetting_proposed(anna(suffix), suffix))


@scenario(DeclineForgetting)
def who_changed_their_mind(suffix: str) -> Command:
    return DeclineForgetting(**forgetting_proposed(anna(suffix), suffix))


@scenario(ForgetAgain)
def whom_a_backup_brought_back(suffix: str) -> Command:
    customer_id = trattoria(suffix)
    keys.forget(customer_id, NOW)
    return ForgetAgain(customer_id=customer_id)


@scenario(ChangeEmail)
def as_she_said_on_the_phone(suffix: str) -> Command:
    return ChangeEmail(customer_id=trattoria(suffix), email=f"Ada.Brathwaite-{suffix}@efi.example")


@scenario(ProveEmail)
def by_a_code(suffix: str) -> Command:
    return ProveEmail(customer_id=trattoria(suffix), email=f"ada-{suffix}@home.example")


@scenario(RegisterCustomer)
def with_a_proven_address(suffix: str) -> Command:
    address = f"rosa-{suffix.lower()}@people.example"
    sign_up = codes.ask(SIGN_UP, address, {"name": "Rosa", "password": "hash"})
    codes.prove(SIGN_UP, sign_up, codes.draw(sign_up))
    return RegisterCustomer(sign_up_id=sign_up)


@scenario(MoveToEmail)
def with_another_proven_address(suffix: str) -> Command:
    customer_id, address = anna(suffix), f"anna-{suffix.lower()}@elsewhere.example"
    proof = codes.ask(MOVE, address, str(customer_id))
    codes.prove(MOVE, proof, codes.draw(proof))
    return MoveToEmail(customer_id=customer_id, proof_id=proof)


@scenario(InviteCustomer)
def at_its_address(suffix: str) -> InviteCustomer:
    customer_id = a_business(f"Trattoria {suffix}")
    return InviteCustomer(customer_id=customer_id, email=f"orders-{suffix.lower()}@trattoria.example")


@scenario(AcceptInvitation)
def that_has_come(suffix: str) -> Command:
    invited = at_its_address(suffix)
    say(invited)
    return AcceptInvitation(customer_id=invited.customer_id, password_id=new_passwords.leave("olives"))


@scenario(OpenAccount)
def with_the_address_of_a_business(suffix: str) -> OpenAccount:
    invited = at_its_address(suffix)
    say(invited)
    sign_up = codes.ask(SIGN_UP, invited.email, {"name": "Rosa", "password": "hash"})
    codes.prove(SIGN_UP, sign_up, codes.draw(sign_up))
    return OpenAccount(customer_id=invited.customer_id, sign_up_id=sign_up)


@scenario(OfferReset)
def to_anna(suffix: str) -> Command:
    return OfferReset(customer_id=anna(suffix))


@scenario(ChangePassword)
def of_anna(suffix: str) -> Command:
    return ChangePassword(customer_id=anna(suffix), password_id=new_passwords.leave("olives"))


@scenario(NoteSignIn)
def from_the_beach(suffix: str) -> Command:
    return NoteSignIn(customer_id=anna(suffix), network="192.0.2.1", device="Firefox")
