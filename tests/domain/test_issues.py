"""Which issues stop an order and which only warn."""

from __future__ import annotations

from domain.issues import BLOCKING, Finding, IssueCode

STOPS = """UNKNOWN_SKU PRODUCT_DISABLED OUT_OF_STOCK NO_SUPPLIER SHIPPING_UNMAPPED ADDRESS_INCOMPLETE
           PERSONALISATION_INCOMPLETE PAYMENT_NOT_AUTHORISED"""
WARNS = """TOTALS_MISMATCH DUPLICATE_SUSPECTED DISPATCH_DATE_PAST SUPPLIER_REJECTED SUPPLIER_FAILED CAPTURE_FAILED
           DISPATCH_OVERDUE DELIVERY_OVERDUE RETURNED_TO_SENDER"""


def test_the_listed_issues_stop_an_order_and_all_others_only_warn() -> None:
    assert set(STOPS.split()) == BLOCKING
    assert set(WARNS.split()) == set(IssueCode) - BLOCKING


def test_a_finding_says_whether_it_stops_the_order() -> None:
    found = {code: Finding(code, "", "lines").blocking for code in IssueCode}

    assert {code for code, blocking in found.items() if blocking} == BLOCKING
