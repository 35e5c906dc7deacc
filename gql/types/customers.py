"""The customer and the addresses of an order: personal data, masked for those who may not see it."""

from __future__ import annotations

from typing import Any

import strawberry

import models
from domain.access import Permission
from domain.addresses import AddressRole
from domain.orders import CustomerType
from gql.fields import Info, allowance, column, masked, row_of, unplanned
from gql.masking import mask, mask_email, mask_lines
from gql.types.nodes import Node, global_id
from reads.rules import contact, destination


async def _email(root: Any, info: Info) -> str:
    """Fulfillers get it if their connection with the retailer shares it."""
    scope, email = info.context.scope, str(root.customer_email)
    if contact(scope):
        return email
    if scope.is_fulfiller and scope.may(Permission.PII_VIEW):
        connection = await info.context.loaders.one(models.Connection, "retailer_id").load(root.retailer_id)
        if connection is not None and connection.shares_customer_email:
            return email
    return mask_email(email)


@strawberry.type(
    description="Who ordered. Without the permission `pii.view`, and for fulfillers, its texts are masked."
)
class CustomerContact:
    """The customer of an order, as the order holds it."""

    external_id: str | None = masked(
        "customer_external_id", mask=mask, shown=contact, about="The channel's own id of the customer."
    )
    type: CustomerType = column("customer_type", about="Whether the customer has an account.")
    first_name: str = masked("customer_first_name", mask=mask, shown=contact, about="Given name; may be empty.")
    last_name: str = masked("customer_last_name", mask=mask, shown=contact, about="Family name.")
    email: str = unplanned(
        _email,
        about="E-mail address; a fulfiller sees it when its connection with the retailer shares it.",
        reason="follows from the connection of retailer and fulfiller",
    )
    phone: str = masked("customer_phone", mask=mask, shown=contact, about="Telephone number.")
    masked: bool = allowance(contact, negated=True, about="Whether texts are masked for this viewer.")


@strawberry.type(description="A postal address of an order. Without the permission `pii.view` it is masked.")
class Address(Node):
    """Where an order goes, or who is billed."""

    is_type_of = row_of(models.Address)

    id: strawberry.ID = global_id("Address")
    role: AddressRole = column(about="What it is for.")
    name: str = masked("name", mask=mask, shown=destination, about="Name of the person.")
    company: str = masked("company", mask=mask, shown=destination, about="Name of the firm; empty: none.")
    street: list[str] = masked("street", mask=mask_lines, shown=destination, about="Street, in up to five lines.")
    city: str = column(about="City, town or village.")
    region: str = column(about="State, province or county.")
    postcode: str = column(about="Postcode as the country writes it; empty: none.")
    country_code: str = column(about="Country, ISO 3166-1 alpha-2.")
    phone: str = masked("phone", mask=mask, shown=destination, about="Telephone number for the carrier.")
    masked: bool = allowance(destination, negated=True, about="Whether texts are masked for this viewer.")
