"""Who sees a field whose row they may see."""

from __future__ import annotations

from collections.abc import Callable

from domain.access import Permission, Scope

Rule = Callable[[Scope], bool]


def everybody(_scope: Scope) -> bool:
    """Whoever sees the row."""
    return True


def platform(scope: Scope) -> bool:
    """The platform's people."""
    return scope.is_platform


def selling_side(scope: Scope) -> bool:
    """Platform and retailer: what fulfillers never see."""
    return not scope.is_fulfiller


def payments(scope: Scope) -> bool:
    """Payments and what they come to."""
    return not scope.is_fulfiller and scope.may(Permission.PAYMENTS_VIEW)


def contact(scope: Scope) -> bool:
    """The customer's own data, unmasked."""
    return not scope.is_fulfiller and scope.may(Permission.PII_VIEW)


def settings(scope: Scope) -> bool:
    """How a company's own things are set up, with addresses of its people."""
    return scope.may(Permission.SETTINGS_MANAGE)


def destination(scope: Scope) -> bool:
    """The address goods go to, unmasked: also for the fulfiller that ships them."""
    return scope.may(Permission.PII_VIEW)
