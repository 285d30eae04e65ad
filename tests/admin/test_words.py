"""Words on forms: as people speak, of the field's own kind, once for each mistake; and what is missing is led to."""

import re

import pytest
from django import forms

from catalog.admin.stock import units_of_one_lot
from catalog.commands.stock import AllocateFromLots
from customers.commands.people import DescribeTraits
from customers.values.traits import Expat
from customers.values.types import CustomerType
from efi.domain.payloads import dump
from efi.staff.commands.fields import Asking, members_of, of_kind
from efi.staff.commands.forms import CommandForm, initial_for
from tests.admin.pages import form_in, links_of, record_pages, sent
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.efi.scenarios import scenarios
from tests.given import identity

pytestmark = pytest.mark.django_db
CODE = re.compile(r"`|\w_\w|\b[A-Z][a-z]+[A-Z]\w+|\b[a-z]{2,}[A-Z]\w*|\bUUID\b|\bTuple\b|\bString\b|\bInput\b|\bslug\b")
"""What is a name of the code's, or a word of a programmer's, and says nothing to who fills a form in."""
WRONG = (
    "nine",
    "-1",
    "9.999",
    "1,5",
    "x" * 20_001,
    "a\x01b",
    "A b!",
    "1e400",
    "99999999999999999999",
    "2026-99-99",
    "",
)
VERBS = {verb.command: verb for pages in record_pages() for verb in pages.verbs}
KINDS = sorted(VERBS, key=lambda kind: kind.__name__)


ASKED = {
    AllocateFromLots: Asking(members=units_of_one_lot(None)),
    DescribeTraits: Asking(members={"traits": of_kind("traits", Expat, type=CustomerType.EXPAT)}),
}
"""Forms that always ask for a member in a way of their own."""


def form_of(kind):
    asking = ASKED.get(kind, Asking())
    members = members_of(kind, asking)
    fields = {name: field for member in members for name, field in member.fields.items()}
    return type("Asked", (CommandForm,), {**fields, "gives": kind, "members": members, "asking": asking})


def on_the_form(kind):
    """All that somebody reads who fills the form of a command in."""
    verb = VERBS[kind]
    yield from (verb.words, verb.sends, verb.explained, *verb.groups)
    for field in form_of(kind).base_fields.values():
        if not isinstance(field.widget, forms.HiddenInput):
            yield from (str(field.label), str(field.help_text))
            yield from (str(called) for value, called in getattr(field, "choices", ()))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_form_speaks_in_names_of_the_code(kind):
    assert [said for said in on_the_form(kind) if CODE.search(said)] == []


@pytest.mark.parametrize(
    ("said", "is_code"),
    [
        ("Best before", False),
        ("Energy (kJ)", False),
        ("SKU", False),
        ("best_before", True),
        ("ReceiveLot", True),
        ("receiveLot", True),
        ("`alt` is what it shows", True),
    ],
)
def test_names_of_the_code_are_known_by_how_they_are_written(said, is_code):
    assert bool(CODE.search(said)) is is_code


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_mistake_is_named_once_beside_its_field_and_in_words(shop, kind):
    right = initial_for(form := form_of(kind), dump(scenarios()[kind]("A")))
    right |= {"idempotency_key": "once", "drawn": str(identity("drawn"))}
    for name in [field.name for field in form(right).visible_fields()]:
        for wrong in WRONG:
            made = form({key: value for key, value in {**right, name: wrong}.items() if value not in (None, False)})
            told = [str(error) for errors in made.errors.values() for error in errors]
            assert len(told) <= 1, (name, wrong[:20], told)
            assert not any(CODE.search(one.replace(wrong[:40], "")) for one in told), (name, wrong[:20], told)


NUTRITION = {f"nutrition__{name}": "1" for name in ("energy_kj", "energy_kcal", "carbohydrate", "sugars", "protein")}


class TestOfItsOwnKind:
    @pytest.mark.parametrize(
        ("field", "said", "told"),
        [
            ("nutrition__salt", "little", "little is not a number of grams"),
            ("nutrition__salt", "", "this is missing"),
            ("nutrition__salt", "0.123", "this has more than 2 decimals"),
            ("nutrition__salt", "101", "this is more than 100"),
            ("price__amount", "cheap", "cheap is not an amount of money"),
            ("supplier_id", "nobody", "choose among the suppliers"),
            ("tags", "Sea Salt", "this is to be lower-case letters and digits, single hyphens between them: sea-salt"),
        ],
    )
    def test_is_what_is_told_of_a_mistake(self, staff, shop, field, said, told):
        page = "/admin/catalog/product/add/"
        about = {"sku": "OLI-2", "name": "Olives", "description": "-", "unit": "jar", "country_of_origin": "GR"}
        stated = {**about, "price__amount": "9", **NUTRITION, "nutrition__fat": "1", "nutrition__saturates": "1"}
        given = {**sent(form_in(staff.get(page)), **stated), "nutrition__salt": "1", field: said}
        assert form_in(staff.post(page, given)).errors == {field: [told]}


class TestWhatIsMissing:
    @pytest.fixture
    def draft(self, shop):
        product_id = catalogue.product()
        caught_up()
        return product_id

    def submitted(self, client, product_id):
        page = f"/admin/catalog/product/{product_id}/give/submit_product/"
        return page, client.post(page, sent(form_in(client.get(page))))

    def test_is_named_with_the_field_in_which_one_says_it(self, staff, draft):
        _, refused = self.submitted(staff, draft)
        told = form_in(refused).non_field_errors()
        assert told == ["a product on sale needs what is missing: category"]
        [way] = [link for link in links_of(refused) if link.endswith("#id_category_ids")]
        assert 'id="id_category_ids"' in staff.get(way).content.decode()
        assert way.startswith(f"/admin/catalog/product/{draft}/give/categorise_product/?then=")

    def test_once_said_leads_back(self, staff, draft):
        page, refused = self.submitted(staff, draft)
        [way] = [link for link in links_of(refused) if link.endswith("#id_category_ids")]
        mezze = catalogue.category("Mezze")
        caught_up()
        form = staff.get(way)
        said = {**sent(form_in(form), category_ids=[str(mezze)]), "then": form.context["then"]}
        assert staff.post(way.partition("?")[0], said)["Location"] == page

    def test_is_no_way_for_those_who_may_not_say_it(self, holder, draft):
        _, refused = self.submitted(holder("catalog.submit_product"), draft)
        assert not any("#id_" in link for link in links_of(refused))

    def test_is_beside_its_field_where_the_form_asks_for_it(self, staff, olives):
        page = f"/admin/catalog/product/{olives.pk}/give/describe_product/"
        form = form_in(staff.post(page, sent(form_in(staff.get(page)), description="")))
        assert form.errors == {"description": ["this is missing"]}
