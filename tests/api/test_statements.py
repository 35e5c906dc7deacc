from __future__ import annotations

from datetime import UTC, datetime

import pytest

import models
from domain.access import CompanyKind
from domain.addresses import AddressRole
from domain.api_keys import new_key
from domain.events import Audience
from server.tokens import Claims, Subject
from server.viewers import authenticate, key_holder
from tests.api import rows
from tests.contract.pages import ROOT, blocks

GRID = """{ orders(first: 50) { nodes {
    id number externalReference channel { name } status statusReason statusSince placedAt urgent
    customer { firstName lastName } totals { grandTotal { amount } } requiredDispatchDate tags version
} } }"""
PAGE = """{ orders(first: 50) { asOf nodes {
    lines { sku source { name } fulfillmentOrder { number } amounts { total { amount } } }
    shipments { items { quantity line { sku } } trackingEvents { text } }
    payments { operations { status } } paymentSnapshot { due { amount } } issues { code } comments { body }
    shippingAddress { city } billingAddress { city }
    history(first: 3) { nodes { summary actor { name } } count { value } }
    unreadCommentCount
} count { value } } }"""

ORDER_PAGE = next(
    block.text
    for block in blocks(ROOT / "docs" / "api" / "reading-orders.md")
    if block.kind == "graphql" and "paymentOperation {" in block.text
)
"""The guide's: every section of S2's Order details view."""


@pytest.fixture
async def shop(orm):
    """A shop, and somebody of each kind who sees all of its orders."""
    home = await rows.company("home", CompanyKind.PLATFORM)
    acme = await rows.company("acme", CompanyKind.RETAILER)
    ink = await rows.company("ink", CompanyKind.FULFILLER)
    place = await rows.source(ink)
    web = await rows.channel(acme, "web")

    async def sell(count: int) -> None:
        for _ in range(count):
            order = await rows.order(web)
            await rows.line(order, "mug", 2)
            await rows.shipment(await rows.fulfillment(order, ink, place, "cup"), "tracking")
            await rows.payment(order)
            await rows.issue(order, "late", fulfiller_id=ink.id)
            await rows.comment(order, "hello", Audience.SHARED, fulfiller_id=ink.id)
            for role in AddressRole:
                await rows.address(order, role, "Any")
            for _ in range(5):
                facts = {"fulfiller_id": ink.id, "actor_company_id": acme.id}
                await rows.event(order, "moved", Audience.SHARED, **facts)

    people = {"agent": (home, "agent"), "retailer": (acme, "retailer"), "fulfiller": (ink, "fulfiller")}
    return sell, {name: rows.viewer(*who) for name, who in people.items()}


@pytest.mark.parametrize("name", ["agent", "retailer", "fulfiller"])
@pytest.mark.parametrize(("document", "budget"), [(GRID, 4), (PAGE, 16)], ids=["grid", "page"])
async def test_the_number_of_statements_does_not_grow_with_the_rows(api, shop, statements, name, document, budget):
    sell, viewers = shop
    await sell(1)
    statements.clear()
    await api.ask(viewers[name], document)
    few = len(statements)
    await sell(12)

    statements.clear()
    answer = await api.ask(viewers[name], document)

    assert len(answer["orders"]["nodes"]) == 13
    assert len(statements) == few, statements
    assert few <= budget


async def test_the_grid_takes_the_log_the_orders_and_the_channels(api, shop, statements):
    sell, viewers = shop
    await sell(3)

    statements.clear()
    await api.ask(viewers["agent"], GRID)

    assert len(statements) == 3


async def test_whoever_asks_is_looked_up_in_one_statement_by_token_and_by_key(statements):
    shop = await rows.shop()
    role = await models.Role.create(company=shop.acme, code="desk", name="Desk", permissions=["orders.view"])
    user = await models.User.create(company=shop.acme, role=role, name="Ada", email="a@b")
    key = new_key()
    await models.ApiClient.create(
        company=shop.acme, role=role, name="Feed", key_prefix=key.prefix, key_hash=key.hash
    )
    now, asked = datetime.now(UTC), []

    for look_up in (
        lambda: authenticate(Claims(Subject.user(user.id), now, now)),
        lambda: key_holder(key.text),
        lambda: key_holder(key.text[:-1] + "-"),
        lambda: key_holder(new_key().text),
    ):
        statements.clear()
        await look_up()
        asked.append(len(statements))

    assert asked == [1, 1, 1, 1]


async def large_order(
    web: models.SalesChannel, ink: models.Company, place: models.Source, size: int
) -> models.Order:
    """An order with `size` of everything an order page shows."""
    order = await rows.order(web)
    carrier = await models.Carrier.create(code=f"post-{size}", name="Post")
    for n in range(size):
        service = await models.CarrierService.create(carrier=carrier, code=f"s{n}", name="Parcel")
        product = await models.Product.create(company_id=web.retailer_id, sku=f"P{size}-{n}", name="Mug")
        variant = await models.Variant.create(
            company_id=web.retailer_id, product=product, sku=f"V{size}-{n}", name="Blue mug"
        )
        part = await rows.fulfillment(order, ink, place, f"cup-{n}")
        parcel = await rows.shipment(part, f"tracking-{n}")
        line = await models.OrderLine.get(fulfillment_order_id=part.id)
        await models.OrderLine.filter(id=line.id).update(
            variant_id=variant.id, personalisation={"name": "Ada"}, appointment_from=rows.START
        )
        await models.Artwork.create(
            line=line, place=1, kind="PRINT", url="https://a.example/1", created_at=rows.START
        )
        for row in (part, parcel):
            row.service_id = service.id
            await row.save()
        payment = await rows.payment(order)
        operation = await models.PaymentOperation.get(payment_id=payment.id)
        await rows.issue(order, "late", fulfiller_id=ink.id, line_id=line.id)
        comment = await rows.comment(
            order, "hello", Audience.SHARED, fulfiller_id=ink.id, author_company_id=ink.id
        )
        told = {"fulfiller_id": ink.id, "actor_company_id": ink.id, "line_id": line.id, "shipment_id": parcel.id}
        data = {"commentId": comment.id, "paymentId": payment.id, "operationId": operation.id}
        await rows.event(order, "moved", Audience.SHARED, data=data, **told)
        await rows.event(order, "moved", Audience.RETAILER, actor_company_id=web.retailer_id)
    for role in AddressRole:
        await rows.address(order, role, "Any")
    return order


@pytest.mark.parametrize("role", ["agent", "viewer", "retailer", "partner", "fulfiller"])
async def test_an_order_page_takes_at_most_sixteen_statements_whatever_it_shows(api, orm, statements, role):
    home, acme, ink = [
        await rows.company(kind.value.lower(), kind)
        for kind in (CompanyKind.PLATFORM, CompanyKind.RETAILER, CompanyKind.FULFILLER)
    ]
    place, web = await rows.source(ink), await rows.channel(acme, "web")
    company = {"retailer": acme, "partner": acme, "fulfiller": ink}.get(role, home)
    viewer = rows.viewer(company, role)
    taken, lines = [], []

    for size in (1, 8):
        order = await large_order(web, ink, place, size)
        statements.clear()
        page = await api.ask(viewer, ORDER_PAGE.replace("100001", order.number))
        taken.append(len(statements))
        lines.append(len(page["order"]["lines"]))

    assert lines == [1, 8]
    assert taken[0] == taken[1], statements
    assert taken[1] <= 16, statements
