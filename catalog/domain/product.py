"""A product: what it is, what it costs, and whether it is on sale."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from catalog.domain.pricing import FormerPrice, is_far, lately, must_be_sellable_at
from catalog.domain.proposals import LabelProposal, PriceProposal, ReinstatementProposal
from catalog.events import (
    LabelApproved,
    LabelDeclined,
    LabelProposed,
    PictureAttached,
    PictureRemoved,
    PicturesArranged,
    PriceChanged,
    PriceDeclined,
    PriceProposed,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDeactivated,
    ProductDeclined,
    ProductDescribed,
    ProductDiscontinued,
    ProductOffered,
    ProductReactivated,
    ProductRecalled,
    ProductReinstated,
    ProductSubmitted,
    ReinstatementDeclined,
    ReinstatementProposed,
)
from catalog.events.states import status_after
from catalog.values import ENDED, SELLABLE, VISIBLE, Description, Offer, Picture, Status, description_in
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event
from efi.domain.proposals import must_be_another, that_waits
from efi.domain.values import Money

SKU = re.compile(r"[A-Z0-9.-]{2,32}")
MOST_PICTURES = 20
NOWHERE = (Status.DRAFT, Status.RECALLED)
"""What may be in no category."""


@aggregate("product")
class Product(Aggregate):
    """A food that we import and offer for sale. While it is discontinued, it stays as it was."""

    sku: str = ""
    description: Description | None = None
    supplier_id: UUID | None = None
    price: Money | None = None
    former_prices: tuple[FormerPrice, ...] = ()
    """What it has cost within a week, since two people last agreed to a price."""
    category_ids: tuple[UUID, ...] = ()
    status: Status = Status.DRAFT
    offer: Offer = Offer.REGULAR
    submitted_by: str = ""
    listed: bool = False
    """Whether it ever was on sale."""
    proposed_price: PriceProposal | None = None
    proposed_label: LabelProposal | None = None
    proposed_reinstatement: ReinstatementProposal | None = None
    pictures: tuple[str, ...] = ()

    def create(
        self,
        description: Description,
        *,
        sku: str,
        slug: str,
        supplier_id: UUID | None,
        price: Money,
        category_ids: tuple[UUID, ...],
    ) -> None:
        if not SKU.fullmatch(sku):
            raise Rejected(f"SKU {sku} must be 2 to 32 of A-Z, 0-9, - and .", code="sku_malformed")
        must_be_sellable_at(price)
        _must_hold_together(description)
        self.record(
            ProductCreated(
                product_id=self.identity,
                sku=sku,
                slug=slug,
                supplier_id=supplier_id,
                price=price,
                category_ids=category_ids,
                **vars(description),
            )
        )

    def describe(self, description: Description, *, proposal_id: UUID, by: str) -> None:
        """Describes it anew; what the label of an approved product would state waits for a second person."""
        self._must_not_be_ended()
        if self.status is Status.PENDING_APPROVAL:
            raise Rejected("a product that waits for approval is described as it was submitted", code="product_status")
        _must_hold_together(description)
        if self.status is not Status.DRAFT:
            self._must_be_complete(description)
            description = self._with_its_label(description, proposal_id, by)
        if description != self.description:
            self.record(ProductDescribed(product_id=self.identity, **vars(description)))

    def _with_its_label(self, description: Description, proposal_id: UUID, by: str) -> Description:
        """Proposes another label and returns the rest: until somebody agrees, the label that is stated stays."""
        proposed, stated = description.label, self._described.label
        if proposed == stated:
            return description
        self.record(LabelProposed(product_id=self.identity, proposal_id=proposal_id, label=proposed, proposed_by=by))
        return replace(description, **vars(stated))

    def approve_label(self, proposal_id: UUID, by: str) -> None:
        self._must_not_be_ended()
        proposal = that_waits(self.proposed_label, proposal_id)
        must_be_another(by, proposal.by, "whoever proposed a label cannot approve it")
        self.record(
            LabelApproved(product_id=self.identity, proposal_id=proposal_id, label=proposal.label, approved_by=by)
        )

    def decline_label(self, proposal_id: UUID, reason: str, by: str) -> None:
        that_waits(self.proposed_label, proposal_id)
        self.record(LabelDeclined(product_id=self.identity, proposal_id=proposal_id, reason=reason, declined_by=by))

    def change_price(self, price: Money, reason: str, *, proposal_id: UUID, by: str, at: datetime) -> None:
        """Changes the price at once, or proposes it to a second person where it moves by more than 15 %.

        So it does where it moves so far from what it was a week ago, however many steps that takes.
        """
        self._must_not_be_ended()
        must_be_sellable_at(price)
        if price == self.price:
            return
        compared = [self._priced, *(one.price for one in lately(self.former_prices, at)[:1])]
        if any(is_far(old, price) for old in compared):
            self._propose_price(price, reason, proposal_id, by)
        else:
            self._reprice(price, reason)

    def _propose_price(self, price: Money, reason: str, proposal_id: UUID, by: str) -> None:
        self.record(
            PriceProposed(
                product_id=self.identity,
                proposal_id=proposal_id,
                old_price=self._priced,
                price=price,
                reason=reason,
                proposed_by=by,
            )
        )

    def _reprice(self, price: Money, reason: str, proposal_id: UUID | None = None) -> None:
        self.record(
            PriceChanged(
                product_id=self.identity, old_price=self._priced, price=price, reason=reason, proposal_id=proposal_id
            )
        )

    def approve_price(self, proposal_id: UUID, by: str) -> None:
        self._must_not_be_ended()
        proposal = that_waits(self.proposed_price, proposal_id)
        must_be_another(by, proposal.by, "whoever proposed a price cannot approve it")
        self._reprice(proposal.price, proposal.reason, proposal_id)

    def decline_price(self, proposal_id: UUID, reason: str, by: str) -> None:
        that_waits(self.proposed_price, proposal_id)
        self.record(PriceDeclined(product_id=self.identity, proposal_id=proposal_id, reason=reason, declined_by=by))

    def categorise(self, category_ids: tuple[UUID, ...]) -> None:
        """Puts it into these categories alone; also once it has ended, so that a category need not stay for it."""
        if self.status not in NOWHERE and not category_ids:
            raise Rejected("a product on sale must be in a category", code="category_missing")
        if set(category_ids) != set(self.category_ids):
            self.record(ProductCategorised(product_id=self.identity, category_ids=category_ids))

    def submit(self, by: str) -> None:
        self._must_be("submitted", Status.DRAFT)
        self._must_be_complete(self._described)
        self.record(ProductSubmitted(product_id=self.identity, submitted_by=by))

    def approve(self, by: str) -> None:
        self._must_be("approved", Status.PENDING_APPROVAL)
        must_be_another(by, self.submitted_by, "whoever submitted a product cannot approve it")
        self.record(ProductApproved(product_id=self.identity, approved_by=by))

    def decline(self, reason: str, by: str) -> None:
        self._must_be("declined", Status.PENDING_APPROVAL)
        self.record(ProductDeclined(product_id=self.identity, reason=reason, declined_by=by))

    def offer_as(self, offer: Offer) -> None:
        self._must_not_be_ended()
        if offer is not self.offer:
            self.record(ProductOffered(product_id=self.identity, offer=offer))

    def deactivate(self) -> None:
        self._must_be("deactivated", *SELLABLE)
        self.record(ProductDeactivated(product_id=self.identity))

    def reactivate(self) -> None:
        self._must_be("reactivated", Status.INACTIVE)
        self._must_be_complete(self._described)
        self.record(ProductReactivated(product_id=self.identity))

    def discontinue(self) -> None:
        self._must_be("discontinued", *SELLABLE)
        self.record(ProductDiscontinued(product_id=self.identity))

    def reinstate(self, reason: str, *, proposal_id: UUID, by: str) -> None:
        """Proposes to put on sale again what was discontinued by mistake."""
        self._must_be("brought back", Status.DISCONTINUED)
        self._must_be_complete(self._described)
        self.record(
            ReinstatementProposed(product_id=self.identity, proposal_id=proposal_id, reason=reason, proposed_by=by)
        )

    def approve_reinstatement(self, proposal_id: UUID, by: str) -> None:
        self._must_be("brought back", Status.DISCONTINUED)
        proposal = that_waits(self.proposed_reinstatement, proposal_id)
        must_be_another(by, proposal.by, "whoever proposed to bring a product back cannot approve it")
        self._must_be_complete(self._described)
        self.record(ProductReinstated(product_id=self.identity, proposal_id=proposal_id, approved_by=by))

    def decline_reinstatement(self, proposal_id: UUID, reason: str, by: str) -> None:
        that_waits(self.proposed_reinstatement, proposal_id)
        self.record(
            ReinstatementDeclined(product_id=self.identity, proposal_id=proposal_id, reason=reason, declined_by=by)
        )

    def recall(self, reason: str, by: str) -> None:
        if self.status is Status.RECALLED:
            raise Rejected("the product has been recalled already", code="product_status")
        self.record(ProductRecalled(product_id=self.identity, reason=reason, recalled_by=by))

    def attach(self, picture: Picture) -> None:
        self._must_not_be_ended()
        if picture.name in self.pictures:
            raise Rejected("the product has this picture already", code="picture_known")
        if len(self.pictures) == MOST_PICTURES:
            raise Rejected(f"a product has at most {MOST_PICTURES} pictures", code="too_many_pictures")
        self.record(PictureAttached(product_id=self.identity, picture=picture))

    def remove_picture(self, name: str) -> None:
        self._must_not_be_ended()
        if name not in self.pictures:
            raise NotFound(f"the product has no picture {name}")
        self.record(PictureRemoved(product_id=self.identity, name=name))

    def arrange_pictures(self, names: tuple[str, ...]) -> None:
        self._must_not_be_ended()
        if sorted(names) != sorted(self.pictures):
            raise Rejected("name each picture of the product once", code="pictures_differ")
        if names != self.pictures:
            self.record(PicturesArranged(product_id=self.identity, names=names))

    @property
    def has_page(self) -> bool:
        """Returns whether the shop tells of it: while it is seen, and once what was seen has been recalled."""
        return self.status in VISIBLE or (self.status is Status.RECALLED and self.listed)

    @property
    def orderable(self) -> bool:
        """Returns whether it may be sold; a discontinued product is seen and cannot be had, whatever there is of it."""
        return self.status in SELLABLE

    def evolve(self, event: Event) -> None:
        self.status = status_after(event, self.status, self.offer)
        match event:
            case ProductCreated():
                self.sku, self.price, self.category_ids = event.sku, event.price, event.category_ids
                self.description, self.supplier_id = description_in(event), event.supplier_id
            case ProductDescribed():
                self.description = description_in(event)
            case LabelProposed():
                self.proposed_label = LabelProposal(id=event.proposal_id, label=event.label, by=event.proposed_by)
            case LabelApproved():
                self.description, self.proposed_label = replace(self._described, **vars(event.label)), None
            case LabelDeclined():
                self.proposed_label = None
            case PriceProposed():
                self.proposed_price = PriceProposal(
                    id=event.proposal_id, price=event.price, reason=event.reason, by=event.proposed_by
                )
            case PriceChanged():
                # Whatever its size, it ends what was proposed for another (docs/domain.md#prices).
                self.price, self.proposed_price = event.price, None
                self.former_prices = self._left(event)
            case PriceDeclined():
                self.proposed_price = None
            case ProductCategorised():
                self.category_ids = event.category_ids
            case ProductSubmitted():
                self.submitted_by = event.submitted_by
            case ProductApproved():
                self.listed = True
            case ReinstatementProposed():
                self.proposed_reinstatement = ReinstatementProposal(id=event.proposal_id, by=event.proposed_by)
            case ReinstatementDeclined():
                self.proposed_reinstatement = None
            case ProductReinstated():
                # What was proposed before it ended is over.
                self.proposed_price = self.proposed_label = self.proposed_reinstatement = None
            case ProductOffered():
                self.offer = event.offer
            case PictureAttached():
                self.pictures = (*self.pictures, event.picture.name)
            case PictureRemoved():
                self.pictures = tuple(name for name in self.pictures if name != event.name)
            case PicturesArranged():
                self.pictures = event.names

    def _left(self, event: PriceChanged) -> tuple[FormerPrice, ...]:
        """Returns the prices of the last week after a change; none where two people agreed to it."""
        if event.proposal_id or self.moment is None:
            return ()
        left = FormerPrice(price=event.old_price, until=self.moment)
        return (*lately(self.former_prices, self.moment), left)

    @property
    def _described(self) -> Description:
        if self.description is None:
            raise LookupError("nothing has been said of this product yet")
        return self.description

    @property
    def _priced(self) -> Money:
        if self.price is None:
            raise LookupError("this product has no price yet")
        return self.price

    def _must_be(self, done: str, *statuses: Status) -> None:
        if self.status not in statuses:
            raise Rejected(f"a product that is {self.status} cannot be {done}", code="product_status")

    def _must_not_be_ended(self) -> None:
        if self.status in ENDED:
            raise Rejected(f"a product that is {self.status} stays as it was", code="product_status")

    def _must_be_complete(self, description: Description) -> None:
        if missing := (*description.missing, *(() if self.category_ids else ("category",))):
            told = f"a product on sale needs what is missing: {', '.join(missing)}"
            raise Rejected(told, code="product_incomplete", missing=missing)


def _must_hold_together(description: Description) -> None:
    if description.unproven:
        raise Rejected("a premium product needs its region of origin and its authentication", code="premium_unproven")
    if contradicted := description.allergens.contradicted if description.allergens else []:
        named = ", ".join(dict.fromkeys(contradicted))
        raise Rejected(f"{named}: stated in two ways that cannot both be true", code="allergens_contradicted")
    if stated := description.stated_after_all:
        raise Rejected(f"{', '.join(stated)}: stated, and yet marked as not stated", code="label_contradicted")
