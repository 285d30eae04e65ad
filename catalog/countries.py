"""The countries of the world, by ISO 3166-1 alpha-2."""

from functools import cache

from django_countries import countries


@cache
def codes() -> frozenset[str]:
    return frozenset(code for code, _ in countries)


def known_country(code: str) -> str:
    """Raises `ValueError` for two letters that stand for no country."""
    if code not in codes():
        raise ValueError(f"{code} is no country's code in ISO 3166")
    return code
