"""What search engines are told."""

from xml.etree import ElementTree as ET

from readmodels.shop import sitemap

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"
    return [found.text for found in ET.fromstring(answer.content).iter(f"{SPACE}loc")]


def test_the_site_map_names_every_page_that_there_is(window, goods):
    found = addresses(window.get("/sitemap.xml"))
    assert len(found) == len(set(found)) == 2 + 3 + 4
    assert "http://testserver/products/feta~fet-1" in found
    assert all(window.get(one.removeprefix("http://testserver")).status_code == 200 for one in found)


def test_the_site_map_says_when_a_product_last_changed(window, goods):
    root = ET.fromstring(window.get("/sitemap.xml").content)
    changed = {entry.findtext(f"{SPACE}loc"): entry.findtext(f"{SPACE}lastmod") for entry in root}
    listed = window.get("/api/v1/products/FET-1").json()["meta"]["updated_at"]
    assert changed["http://testserver/products/feta~fet-1"][:19] == listed[:19]


def test_a_long_site_map_comes_in_parts(window, goods, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST_ENTRIES", 4)
    parts = addresses(window.get("/sitemap.xml"))
    assert parts == [f"http://testserver/sitemap-{number}.xml" for number in (1, 2, 3)]
    found = [one for part in parts for one in addresses(window.get(part.removeprefix("http://testserver")))]
    assert len(found) == len(set(found)) == 9
    for number in (0, 4):
        assert window.get(f"/sitemap-{number}.xml").status_code == 404


def test_robots_are_kept_from_what_is_no_page_and_shown_the_map(window, goods):
    said = window.get("/robots.txt").content.decode()
    assert "Disallow: /api/" in said
    assert "Sitemap: http://testserver/sitemap.xml" in said
