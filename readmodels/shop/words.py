"""Values of documents in words: money, days, places and labels."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from catalog.values import Availability, Offer, StorageZone
from efi.domain import countries
from efi.domain.values import BARBADOS, business_day
from efi.log.mongo import Document

LOWERED_FOR = timedelta(days=30)
FEW = 5
STORAGE: dict[str, str] = {
    StorageZone.AMBIENT: "Keep in a cool, dry place",
    StorageZone.CHILLED: "Keep refrigerated",
    StorageZone.FROZEN: "Keep frozen",
}
ZONES: dict[str, str] = {StorageZone.AMBIENT: "Larder", StorageZone.CHILLED: "Chilled", StorageZone.FROZEN: "Frozen"}
OFFERS: dict[str, str] = {Offer.SEASONAL: "In season", Offer.LIMITED_EDITION: "Limited edition"}
SORTS = {
    "relevance": "Best match",
    "name": "Name",
    "newest": "Newest",
    "price": "Price, low to high",
    "-price": "Price, high to low",
    "best_before": "Best before, soonest",
}
NUTRIENTS = (
    ("fat", "Fat", False),
    ("saturates", "of which saturates", True),
    ("carbohydrate", "Carbohydrate", False),
    ("sugars", "of which sugars", True),
    ("protein", "Protein", False),
    ("salt", "Salt", False),
)
ABBREVIATIONS = {"PDO": "PDO", "PGI": "PGI", "HACCP": "HACCP", "ISO_22000": "ISO 22000"}


def sort(name: str, currency: str) -> str:
    """Returns the words for an order; one by price says in which currency."""
    return f"{SORTS[name]} ({currency})" if name in ("price", "-price") else SORTS[name]


def money(price: Document) -> str:
    """Returns an amount as `USD 1,250.00`, with a space that does not break."""
    return f"{price['currency']}\N{NO-BREAK SPACE}{Decimal(price['amount']):,.2f}"


def price_before(product: Document, today: date) -> str:
    """Returns the price before it was lowered within the last thirty days, else ""."""
    before, now, since = product["price_before"], product["price"], product["price_changed_at"]
    if not before or before["currency"] != now["currency"] or Decimal(before["amount"]) <= Decimal(now["amount"]):
        return ""
    return money(before) if today - business_day(since) <= LOWERED_FOR else ""


def stock(product: Document) -> str:
    match product["stock"]:
        case {"status": Availability.DISCONTINUED}:
            return "No longer sold"
        case {"status": Availability.RECALLED}:
            return "Recalled"
        case {"available": int(left)} if left > FEW:
            return "In stock"
        case {"available": int(left)} if left > 0:
            return f"Only {left} left"
    return "Out of stock"


def day(moment: date | datetime | str) -> str:
    """Returns a day as `6 March 2027`; a moment is taken as it is in Barbados."""
    if isinstance(moment, str):
        moment = date.fromisoformat(moment)
    there = moment.astimezone(BARBADOS) if isinstance(moment, datetime) else moment
    return f"{there.day} {there:%B %Y}"


def minute(moment: datetime) -> str:
    """Returns a moment as `6 Mar 2027, 14:05`, in Barbados."""
    there = moment.astimezone(BARBADOS)
    return f"{there.day} {there:%b %Y, %H:%M}"


def weight(grams: int | None) -> str:
    """Returns a weight as `370 g` or `1.5 kg`."""
    if grams is None:
        return ""
    return f"{grams} g" if grams < 1_000 else f"{grams / 1_000:g} kg"


def storage(product: Document) -> str:
    """Returns how to keep a product: `Keep refrigerated, 2 to 8 °C`."""
    text, span = STORAGE.get(product["storage_zone"], ""), product.get("temperature")
    return f"{text}, {span['low']} to {span['high']} °C".replace("-", "−") if span else text


def country(code: str) -> str:
    """Returns the country's name, or the code itself where none has it."""
    return countries.names().get(code, code)


def worded(codes: Iterable[str]) -> str:
    """Returns codes of a label in words: `gluten, fair trade`."""
    return ", ".join(ABBREVIATIONS.get(code, code.replace("_", " ").lower()) for code in codes)


def certification(code: str) -> str:
    return ABBREVIATIONS.get(code, code.replace("_", " ").capitalize())
