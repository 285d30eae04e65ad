"""What a label says, in plain words."""

from readmodels.shop import cards, details, words

STATED = {
    "stated": True,
    "contains": ["DAIRY", "NUTS"],
    "may_contain": ["GLUTEN"],
    "certified_free": ["SOY"],
    "unstated": [],
}
PICTURE = {"name": "feta", "alt": "A block of feta", "width": 2_000, "height": 1_500}
PER_100_G = {
    "per": "100 g",
    "energy_kj": 1_100,
    "energy_kcal": 265,
    "fat": "21.3",
    "saturates": "14.9",
    "carbohydrate": "4.1",
    "sugars": "4.1",
    "protein": "14.2",
    "salt": "2.3",
}


def test_allergens_are_told_by_how_sure_one_is():
    assert details._label({"allergens": STATED}) == [
        ("Contains", "dairy, nuts"),
        ("May contain", "gluten"),
        ("Certified free from", "soy"),
    ]


def test_of_what_contains_none_that_is_said_and_what_says_nothing_is_left_open():
    none = {"stated": True, "contains": [], "may_contain": [], "certified_free": [], "unstated": []}
    assert details._label({"allergens": none}) == [("Contains", "none of the 14 allergens that a label must name")]
    assert details._label({"allergens": {"stated": False}}) == []


def test_what_a_label_says_nothing_of_is_told():
    assert details._label({"allergens": {**STATED, "contains": [], "unstated": ["CELERY", "LUPIN"]}}) == [
        ("Contains", "none of those that are stated"),
        ("May contain", "gluten"),
        ("Certified free from", "soy"),
        ("Not stated of", "celery, lupin"),
    ]


def test_a_declaration_of_nutrition_is_a_table_with_its_parts():
    told = details._nutrition(PER_100_G)
    assert told["energy"] == "1100 kJ / 265 kcal"
    assert told["rows"][0] == ("Fat", "21.3 g", False)
    assert told["rows"][1] == ("of which saturates", "14.9 g", True)
    assert details._nutrition(None) is None


def test_storage_names_its_degrees():
    chilled = {"storage_zone": "chilled", "temperature": {"low": 2, "high": 8}}
    assert words.storage(chilled) == "Keep refrigerated, 2 to 8 °C"
    assert words.storage({"storage_zone": "frozen", "temperature": {"low": -25, "high": -18}}).endswith("−25 to −18 °C")
    assert words.storage({"storage_zone": "ambient"}) == "Keep in a cool, dry place"


def test_money_weight_and_certificates_read_as_people_write_them():
    assert words.money({"currency": "BBD", "amount": "1250.00"}) == "BBD\N{NO-BREAK SPACE}1,250.00"
    assert [words.weight(grams) for grams in (None, 370, 1_500, 2_000)] == ["", "370 g", "1.5 kg", "2 kg"]
    assert [words.certification(one) for one in ("FAIR_TRADE", "PDO", "ISO_22000")] == [
        "Fair trade",
        "PDO",
        "ISO 22000",
    ]


def test_a_picture_comes_in_the_size_that_a_browser_wants():
    addresses = {"320": "/media/feta-320.webp", "640": "/media/feta-640.webp", "1280": "/media/feta-1280.webp"}
    shown = cards.photo({**PICTURE, "addresses": addresses})
    assert shown["srcset"] == "/media/feta-320.webp 320w, /media/feta-640.webp 640w, /media/feta-1280.webp 1280w"
    assert (shown["src"], shown["small"]) == (addresses["1280"], addresses["320"])


def test_origin_names_the_region_where_it_is_known():
    assert details._origin({"country_of_origin": "GR", "region_of_origin": "Epirus"}) == "Epirus, Greece"
    assert details._origin({"country_of_origin": "GR"}) == "Greece"
