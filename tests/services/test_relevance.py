"""What must come first: searches as people type them, over Northwind and three hundred generated foods."""

import pytest
from django.conf import settings as live
from django.core.management import call_command

from readmodels.search import elastic
from tests.api import conftest as api
from tests.api.shop import Shop, caught_up, emptied, names, on_sale
from tests.catalog.catalogue import category
from tests.services.search.foods import foods

WANTED = """
    chai                          | Chai                              | a whole name
    CHANG                         | Chang                             | whatever the case
    cote de blaye                 | Côte de Blaye                     | without accents
    thuringer                     | Thüringer Rostbratwurst           | without accents
    knackebrod                    | Gustaf's Knäckebröd               | without accents, not the first word
    camem                         | Camembert Pierrot                 | as one types
    moz                           | Mozzarella di Giovanni            | as one types
    nuss nougat                   | NuNuCa Nuß-Nougat-Creme           | a letter spelt in two
    maple syrup                   | Sirop d'érable                    | by what it says of itself
    aniseed syrup                 | Aniseed Syrup                     | the name before the description
    marmalade                     | Sir Rodney's Marmalade            | in stock before the rest
    cajun seasoning               | Chef Anton's Cajun Seasoning      | two words side by side
    antons gumbo                  | Chef Anton's Gumbo Mix            | without an apostrophe
    uncle bob pears               | Uncle Bob's Organic Dried Pears   | some words of many
    dried apple                   | Manjimup Dried Apples             | the singular
    scones                        | Sir Rodney's Scones               | one word of a name
    NW-040                        | Boston Crab Meat                  | its number
    clam chowder                  | Jack's New England Clam Chowder   | the end of a name
    gorgonzla                     | Gorgonzola Telino                 | a letter left out
    mascarpone fabiolli           | Mascarpone Fabioli                | a letter too many
    raviolli                      | Ravioli Angelo                    | a letter doubled
    choclate biscuits             | Teatime Chocolate Biscuits        | one of two misspelt
    hot peper sauce               | Louisiana Fiery Hot Pepper Sauce  | one of three misspelt
    snails                        | Escargots de Bourgogne            | by its description
    pickled herring               | Inlagd Sill                       | by its description
    noodles                       | Singaporean Hokkien Fried Mee     | by its description
    smoked herring                | Rogede sild                       | by its description, in another form
    roasting stout                | Steeleye Stout                    | in another form
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in WANTED.strip().splitlines()]


@pytest.fixture(scope="module")
def accounts(elasticsearch_server, django_db_setup, django_db_blocker):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "ELASTICSEARCH_URL", elasticsearch_server.uri)
        patch.setattr(elastic, "TIMEOUT", 10.0)
        elastic.forget()
        yield from api.accounts_of(django_db_blocker)
    elastic.forget()


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    call_command("import_trade", str(live.BASE_DIR / "demo" / "northwind"), verbosity=0)
    shelves = {}
    for food in foods():
        shelf = food.pop("shelf")
        shelves[shelf] = shelves.get(shelf) or category(f"Generated {shelf}")
        on_sale(categories=(shelves[shelf],), **food)
    caught_up()
    return Shop(accounts)


@pytest.mark.parametrize(("typed", "first", "why"), ROWS, ids=[row[0] for row in ROWS])
def test_the_product_that_is_meant_comes_first(shop, typed, first, why):
    answer = shop.guest.get(f"products?q={typed}")
    assert answer.json()["meta"]["search"] == "elasticsearch"
    assert names(answer)[:1] == [first], (why, names(answer)[:5])
