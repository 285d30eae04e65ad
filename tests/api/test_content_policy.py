"""What a browser may run: of pages, what comes from here alone and stands in no page; of all else, nothing."""

import pytest

PAGES = ["/admin/login/", "/admin/", "/admin/catalog/product/", "/admin/nothing/here/", "/api/v1/docs"]
DATA = ["/api/v1/products", "/api/v1/schema", "/api/v1/nothing", "/problems/rejected", "/sitemap.xml", "/health/live"]


def policy_of(shop, path):
    said = shop.elias.client.get(path, headers={"accept": "*/*"})["Content-Security-Policy"]
    return {
        name: set(sources.split()) for name, _, sources in (part.strip().partition(" ") for part in said.split(";"))
    }


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_that_stands_in_it_and_none_from_elsewhere(shop, path):
    policy = policy_of(shop, path)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == {"'none'"}
    assert policy["script-src"] <= {"'self'", "'unsafe-eval'"}
    assert policy["form-action"] == policy["connect-src"] == {"'self'"}


@pytest.mark.parametrize("path", DATA)
def test_what_is_no_page_loads_nothing(shop, path):
    assert set(policy_of(shop, path)) == {"default-src", "base-uri", "form-action", "frame-ancestors"}


def test_a_page_of_the_shop_has_its_own_policy_and_evaluates_nothing(shop):
    assert policy_of(shop, "/")["script-src"] == {"'self'"}
