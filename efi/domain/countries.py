"""The countries of the world, by ISO 3166-1 alpha-2."""

from functools import cache

from django_countries import countries


@cache
def names() -> dict[str, str]:
    """Returns the English name of each country by its code: `GR`, Greece."""
    return dict(countries)


def known_country(code: str) -> str:
    """Returns the code as it is; raises `ValueError` for two letters that stand for no country."""
    if code not in names():
        raise ValueError(f"{code} is no country's code in ISO 3166")
    return code
