"""Money, as every context speaks of it."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from efi.domain.payloads import dump, load
from efi.domain.values import Money


@pytest.mark.parametrize("amount", ["12.5", "12.50", "12.500", "1250E-2"])
def test_an_amount_has_two_decimals_however_it_was_written(amount):
    money = Money(amount=Decimal(amount))
    assert str(money) == "BBD 12.50"
    assert money == Money(amount=Decimal("12.50"))
    assert dump(money) == {"amount": "12.50", "currency": "BBD"}


@pytest.mark.parametrize(
    "amount", ["12.505", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "1000000000000", "1E-999999"]
)
def test_what_is_no_amount_of_money_is_refused(amount):
    with pytest.raises(ValueError, match=r"is not an amount of money|has more than two decimals"):
        Money(amount=Decimal(amount))


def test_nothing_is_not_less_than_nothing():
    assert str(Money(amount=Decimal("-0.00"))) == "BBD 0.00"


def test_another_currency_is_another_value():
    assert Money(amount=Decimal(1), currency="USD") != Money(amount=Decimal(1))


def test_an_amount_in_cents_is_whole():
    assert Money(amount=Decimal("9999999.99")).minor == 999999999


def test_a_stored_amount_comes_back_as_it_was():
    money = Money(amount=Decimal("8.50"), currency="EUR")
    assert load(Money, dump(money)) == money


@pytest.mark.parametrize("amount", [8.5, "8.50", None, True])
def test_an_amount_is_decimal_whoever_makes_it(amount):
    with pytest.raises(ValueError, match="is not an amount of money"):
        Money(amount=amount)


@pytest.mark.parametrize("currency", ["bbd", "CHF", "", None, 1])
def test_a_currency_that_we_do_not_trade_in_makes_no_money(currency):
    with pytest.raises(ValueError, match="is no currency that we trade in"):
        Money(amount=Decimal("8.50"), currency=currency)


@pytest.mark.parametrize("currency", ["bbd", "CHF", "", None, 1])
def test_a_currency_that_we_do_not_trade_in_is_not_loaded(currency):
    with pytest.raises(ValidationError):
        load(Money, {"amount": "8.50", "currency": currency})
