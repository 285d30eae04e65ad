"""The shop while its store cannot be reached."""

from pymongo.errors import ServerSelectionTimeoutError

from readmodels.shop import views


def test_a_shop_without_its_store_says_that_it_is_closed_for_a_moment(window, goods, monkeypatch):
    def fail(*_):
        raise ServerSelectionTimeoutError("no server")

    monkeypatch.setattr(views, "_read", fail)
    page = window.page("/", status=503)
    assert "closed for a moment" in page.text
    assert page.response["Retry-After"] == "2"
