"""The page of rules names tests that are there; each way in which it could lie is tried."""

import pytest

from tests.rules.__main__ import faults_in, text

A_TEST = "catalog/test_products.py::test_a_sku_is_taken_once"


def rule(**about):
    return {"section": "Products", "words": "A SKU is given once.", **about}


def test_a_rule_with_its_test_is_told_with_a_link():
    kept = rule(tests=[A_TEST])
    assert list(faults_in([kept])) == []
    assert "a sku is taken once ([catalog/test_products.py]" in text([kept])


def test_a_rule_that_is_left_out_is_told_with_its_reason():
    left_out = rule(left_out="Later.")
    assert list(faults_in([left_out])) == []
    assert "Products: A SKU is given once. Later." in text([left_out])


@pytest.mark.parametrize("about", [{}, {"tests": []}, {"tests": [A_TEST], "left_out": "Later."}])
def test_a_rule_has_either_tests_or_a_reason(about):
    assert len(list(faults_in([rule(**about)]))) == 1


def test_a_section_is_a_heading_of_the_domain():
    [fault] = faults_in([rule(section="2.1", tests=[A_TEST])])
    assert "no section 2.1" in fault


@pytest.mark.parametrize(
    "test",
    [
        "catalog/test_nothing.py",
        "catalog/test_products.py::test_nothing",
        "catalog/test_lots.py::TestNothing::test_nothing",
        "catalog/test_lots.py::TestRecall::test_nothing",
        "catalog/test_products.py::olives_created",
    ],
)
def test_a_test_that_is_not_there_is_named(test):
    assert any(test in fault for fault in faults_in([rule(tests=[test])]))
