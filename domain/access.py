"""Who may see and do what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.listing import Listing


class CompanyKind(Listing):
    """What a company does in the shop."""

    RETAILER = "RETAILER", "Sells to customers through its sales channels."
    FULFILLER = "FULFILLER", "Makes or ships goods for retailers; also called supplier."
    PLATFORM = "PLATFORM", "Operates the system and serves customers for the retailers."


class Permission(Listing):
    """One thing a role may do."""

    ORDERS_VIEW = "orders.view", "Read everything in scope, and subscribe to it."
    PII_VIEW = "pii.view", "See names, e-mail, phone and street unmasked."
    PAYMENTS_VIEW = "payments.view", "See payments, refunds and the ledger."
    ORDERS_CREATE = "orders.create", "Create, import, verify, abandon and reopen orders."
    ORDERS_EDIT = "orders.edit", "Correct orders and lines."
    ORDERS_PROCESS = "orders.process", "Process, retry and close orders."
    ORDERS_HOLD = "orders.hold", "Hold and release orders."
    ORDERS_CANCEL = "orders.cancel", "Cancel orders and lines."
    ORDERS_COMMENT = "orders.comment", "Write comments."
    ORDERS_EXPORT = "orders.export", "Export lists and make documents."
    FULFILLMENT_MANAGE = "fulfillment.manage", "Accept, progress, hold and cancel fulfilment orders."
    BATCHES_VIEW = "batches.view", "See production batches, templates and bins."
    BATCHES_MANAGE = "batches.manage", "Run production."
    SHIPMENTS_MANAGE = "shipments.manage", "Create and delete parcels, record tracking."
    RETURNS_CREATE = "returns.create", "Open returns."
    RETURNS_APPROVE = "returns.approve", "Approve and reject returns."
    RETURNS_RECEIVE = "returns.receive", "Receive returned goods."
    REFUNDS_APPROVE = "refunds.approve", "Approve and retry refunds."
    REFUNDS_CANCEL = "refunds.cancel", "Cancel refunds."
    APPEASEMENTS_CREATE = "appeasements.create", "Give money back without goods coming back."
    EXCHANGES_CREATE = "exchanges.create", "Exchange units for another variant."
    RESHIPMENTS_CREATE = "reshipments.create", "Ship lost or damaged units again."
    REPLACEMENTS_CREATE = "replacements.create", "Duplicate an order to make it again."
    CATALOG_MANAGE = "catalog.manage", "Change catalogue and stock."
    SETTINGS_MANAGE = "settings.manage", "Change channels, sources, connections, mappings and templates."
    ROLES_MANAGE = "roles.manage", "Change users, roles and API clients."


P = Permission
_READ = {P.ORDERS_VIEW, P.ORDERS_EXPORT}
_POST_SALES = {P.APPEASEMENTS_CREATE, P.EXCHANGES_CREATE, P.RESHIPMENTS_CREATE, P.REPLACEMENTS_CREATE}
_AGENT = {
    *_READ,
    *_POST_SALES,
    P.PII_VIEW,
    P.PAYMENTS_VIEW,
    P.ORDERS_CREATE,
    P.ORDERS_EDIT,
    P.ORDERS_PROCESS,
    P.ORDERS_HOLD,
    P.ORDERS_CANCEL,
    P.ORDERS_COMMENT,
    P.BATCHES_VIEW,
    P.RETURNS_CREATE,
}
_SUPERVISOR = {
    *_AGENT,
    P.FULFILLMENT_MANAGE,
    P.SHIPMENTS_MANAGE,
    P.RETURNS_APPROVE,
    P.RETURNS_RECEIVE,
    P.REFUNDS_APPROVE,
    P.REFUNDS_CANCEL,
}
_OWNER = {P.CATALOG_MANAGE, P.SETTINGS_MANAGE, P.ROLES_MANAGE}


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role every installation starts with; `company_kind` is the kind of company it is made for."""

    code: str
    name: str
    company_kind: CompanyKind
    permissions: frozenset[Permission]


BUILT_IN_ROLES: Final = (
    BuiltInRole("administrator", "Administrator", CompanyKind.PLATFORM, frozenset(Permission)),
    BuiltInRole("supervisor", "CS Supervisor", CompanyKind.PLATFORM, frozenset(_SUPERVISOR)),
    BuiltInRole("agent", "CS Agent", CompanyKind.PLATFORM, frozenset(_AGENT)),
    BuiltInRole(
        "retailer",
        "Retailer",
        CompanyKind.RETAILER,
        frozenset({*_AGENT, *_OWNER, P.RETURNS_APPROVE, P.REFUNDS_APPROVE, P.REFUNDS_CANCEL} - {P.BATCHES_VIEW}),
    ),
    BuiltInRole(
        "fulfiller",
        "Fulfiller operator",
        CompanyKind.FULFILLER,
        frozenset(
            {
                *_READ,
                *_OWNER,
                P.PII_VIEW,
                P.ORDERS_EDIT,
                P.ORDERS_HOLD,
                P.ORDERS_CANCEL,
                P.ORDERS_COMMENT,
                P.FULFILLMENT_MANAGE,
                P.BATCHES_VIEW,
                P.BATCHES_MANAGE,
                P.SHIPMENTS_MANAGE,
                P.RETURNS_RECEIVE,
                P.REPLACEMENTS_CREATE,
            }
        ),
    ),
    BuiltInRole("partner", "Partner", CompanyKind.RETAILER, frozenset(_READ)),
    BuiltInRole("viewer", "Viewer", CompanyKind.PLATFORM, frozenset({P.ORDERS_VIEW})),
)
"""The roles every installation knows. What "own" limits (own lines, own FOs) follows from the scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a viewer may see. Viewers of equal scope see exactly the same: they can share one execution."""

    company_id: int
    company_kind: CompanyKind
    permissions: frozenset[Permission]
    channel_ids: frozenset[int] | None = None
    """None: every channel the company has to do with."""

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def is_platform(self) -> bool:
        return self.company_kind is CompanyKind.PLATFORM

    @property
    def manages_every_company(self) -> bool:
        """Whether `roles.manage` reaches beyond the own company: whoever is limited to sales channels could
        otherwise make people for companies of others, whose catalogue and settings know no such limit."""
        return self.is_platform and self.channel_ids is None

    @property
    def is_retailer(self) -> bool:
        return self.company_kind is CompanyKind.RETAILER

    @property
    def is_fulfiller(self) -> bool:
        return self.company_kind is CompanyKind.FULFILLER


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or program behind a request."""

    name: str
    scope: Scope
    user_id: int | None = None
    api_client_id: int | None = None
    role: str = ""
    expires_at: datetime | None = None
    """When its token or key ends (UTC); None: does not end by itself."""
    role_id: int | None = None
    """Row key of its role; None: it has none (Ordergraph itself)."""
    role_version: int = 0
    """Of its role when it was looked up; `version` is that of the user or API client itself."""
    version: int = 0


_KNOWN: Final = {permission.value: permission for permission in Permission}


def granted(texts: Iterable[str]) -> frozenset[Permission]:
    """The permissions a stored role holds. Ones this version does not know count for nothing."""
    return frozenset(_KNOWN[text] for text in texts if text in _KNOWN)
