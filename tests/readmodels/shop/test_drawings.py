"""Which drawing stands for what."""

from django.conf import settings

from readmodels.shop.drawings import ANY, DRAWN, NAMED, drawing


def test_everything_that_may_be_shown_is_drawn():
    drawn = {file.stem for file in (settings.SHOP_ASSETS / "drawings").glob("*.svg")}
    assert {*ANY, *NAMED.values()}.union(*DRAWN.values()) == drawn


def test_the_nearest_category_decides():
    assert drawing(["hard-cheese", "dairy", "bread"], "", "A") in DRAWN["cheese"]


def test_name_and_packing_decide_between_drawings_that_would_do():
    assert drawing(["beverages"], "10 boxes x 20 bags", "A") == "cup"
    assert drawing(["beverages"], "24 bottles", "A") == "bottle"
    assert drawing(["cheese"], "24 bottles", "A") in DRAWN["cheese"]
    assert drawing(["seafood"], "Boston crab meat 24 tins", "A") == "tin"


def test_what_fits_no_drawing_gets_one_that_stays_its_own():
    assert drawing(["sundries"], "", "A") == drawing(["sundries"], "", "A")
    assert {drawing(["sundries"], "", str(key)) for key in range(50)} == set(ANY)
