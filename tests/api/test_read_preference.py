"""Which reads may go to another member than the primary: lists, by callers who have not just written."""

import pytest
from pymongo.read_preferences import Primary, SecondaryPreferred

from efi.log import mongo
from efi.reading import projections


@pytest.fixture
def elsewhere(monkeypatch, settings):
    """The reads that may go to another member."""
    settings.READ_PREFERENCE = "secondaryPreferred"
    asked = []

    def replicated(documents, moment):
        found = mongo.replicated(documents, moment)
        asked.append(found)
        return found

    monkeypatch.setattr(projections, "replicated", replicated)
    return asked


@pytest.mark.parametrize(
    "path",
    [
        "products",
        "products?q=olives",
        "products?facets=country",
        "bundles",
        "search/suggest?q=kal",
        "products/OLI-1/related",
    ],
)
def test_a_list_may_be_read_elsewhere_no_earlier_than_its_freshness(shop, olives, elsewhere, path):
    assert shop.guest.get(path).status_code == 200
    assert elsewhere
    assert all(read.read_preference == SecondaryPreferred() for read in elsewhere)
    assert all(read.read_concern.document.keys() == {"level", "afterClusterTime"} for read in elsewhere)


@pytest.mark.parametrize("path", ["products/OLI-1", "products/OLI-1/history", "categories"])
def test_one_document_is_read_from_the_primary(shop, olives, elsewhere, path):
    assert shop.guest.get(path).status_code == 200
    assert elsewhere == []


def test_who_has_just_written_reads_a_list_from_the_primary(shop, olives, elsewhere):
    token = shop.maria.give("create_category", {"name": "Meze"})["Consistency-Token"]
    assert shop.guest.get("products", consistency_token=token).status_code == 200
    assert elsewhere == []


def test_who_wants_the_newest_reads_a_list_from_the_primary(shop, olives, elsewhere):
    assert shop.guest.get("products", cache_control="no-cache").status_code == 200
    assert elsewhere == []


def test_unless_it_is_set_everything_is_read_from_the_primary(shop, olives, elsewhere, settings):
    settings.READ_PREFERENCE = "primary"
    assert shop.guest.get("products").status_code == 200
    assert elsewhere == []


def test_a_preference_in_the_address_sends_no_follower_to_a_member_that_is_behind(settings):
    settings.MONGODB_URI = "mongodb://127.0.0.1:1/?readPreference=secondary"
    with mongo.client.__wrapped__() as client:
        assert client.read_preference == Primary()
