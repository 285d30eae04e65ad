"""The customers of a trader's folder: businesses whom nobody has invited yet."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.commands.registration import customers
from customers.events import AddressAdded, BusinessIdentified, CustomerRegistered, CustomerTagged
from customers.imports.trade import imported_as
from customers.values import AddressUse, CustomerType
from efi.log import event_store
from efi.models import User
from tests.efi import audit

DEMO = Path(__file__).parents[2] / "demo" / "northwind"
OTHERS = {
    "categories.csv": "slug,name,parent,description\nbeverages,Beverages,,\n",
    "suppliers.csv": "code,name,contact_name,street,city,region,postal_code,country,phone\n1,Exotic Liquids,,,,,,GB,\n",
    "products.csv": "sku,name,category,supplier,country_of_origin,unit,list_price,currency,stock_on_hand,"
    "reorder_point,discontinued\nNW-001,Chai,beverages,1,GB,10 boxes x 20 bags,18.00,USD,39,10,false\n",
}
HEADER = "code,name,contact_name,street,city,region,postal_code,country,phone,type\n"
ALFKI = "ALFKI,Alfreds Futterkiste,Maria Anders,Obere Str. 57,Berlin,,12209,DE,030-0074321,\n"


@pytest.fixture
def folder(tmp_path):
    def write(*rows):
        for name, text in OTHERS.items():
            (tmp_path / name).write_text(text)
        if rows:
            (tmp_path / "customers.csv").write_text(HEADER + "".join(rows))
        return tmp_path

    return write


def run(folder):
    out, err = StringIO(), StringIO()
    call_command("import_trade", str(folder), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().splitlines()


def made():
    return list(event_store.commits().find({"events.type": "customers.CustomerRegistered"}))


def test_all_of_the_demos_customers_arrive(store):
    said, notes = run(DEMO)
    assert (len(made()), notes) == (91, [])
    assert "customers 91; already there" in said
    again, notes = run(DEMO)
    assert (len(made()), notes) == (91, [])
    assert again.endswith("customers 91")
    audit.the_write_side_agrees()


def test_a_business_has_neither_an_account_nor_an_address_to_write_to(store, folder):
    run(folder(ALFKI))
    alfreds = customers.load(imported_as("ALFKI"))
    assert (alfreds.nature.type, alfreds.nature.licence.business_name) == (
        CustomerType.INTERNATIONAL_RETAILER,
        "Alfreds Futterkiste",
    )
    assert (alfreds.reaching.name, alfreds.reaching.email, alfreds.has_account) == ("Maria Anders", None, False)
    assert alfreds.tags == ("alfki",)
    assert not User.objects.filter(pk=alfreds.id).exists()


def test_its_number_is_read_as_its_country_dials_it_and_its_address_is_kept_as_written(store, folder):
    run(folder(ALFKI))
    alfreds = customers.load(imported_as("ALFKI"))
    assert (alfreds.reaching.phone.typed, alfreds.reaching.phone.number) == ("030-0074321", "+49300074321")
    address = alfreds.book.addresses[alfreds.book.default(AddressUse.SHIPPING)]
    assert (address.street, address.city, address.postal_code, address.country) == (
        "Obere Str. 57",
        "Berlin",
        "12209",
        "DE",
    )


def test_what_happened_is_told_in_events(store, folder):
    run(folder(ALFKI))
    told = [type(fact) for fact in audit.facts_of(f"customer:{imported_as('ALFKI')}")]
    assert told[:2] == [CustomerRegistered, BusinessIdentified]
    assert {AddressAdded, CustomerTagged} <= set(told)


def test_a_file_may_say_of_what_type_a_business_is(store, folder):
    run(folder(ALFKI.replace("321,\n", "321,hotel_restaurant\n")))
    assert customers.load(imported_as("ALFKI")).nature.type is CustomerType.HOTEL_RESTAURANT


def test_a_folder_without_customers_brings_none(store, folder):
    said, _ = run(folder())
    assert "customers" not in said


def test_a_row_that_has_changed_leaves_what_was_imported(store, folder):
    run(folder(ALFKI))
    _, notes = run(folder(ALFKI.replace("Maria Anders", "Anna")))
    assert [note for note in notes if "stays as it was" in note]
    assert customers.load(imported_as("ALFKI")).reaching.name == "Maria Anders"


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("Alfreds Futterkiste", "", "name"),
        ("DE", "XX", "country"),
        ("030-0074321", "ask for it", "phone"),
        ("321,\n", "321,tourist\n", "type"),
        ("ALFKI", "al fki", "code"),
    ],
)
def test_a_bad_row_brings_nothing_at_all(store, folder, was, becomes, told):
    with pytest.raises(CommandError, match="nothing imported"):
        run(folder(ALFKI.replace(was, becomes)))
    assert event_store.commits().count_documents({}) == 0
