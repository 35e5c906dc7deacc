"""Little files, as shops would bring them."""

from __future__ import annotations

ORDER_COLUMNS = (
    "order.external_ref",
    "order.sale_datetime",
    "order.customer_name",
    "order.shipping_address_1",
    "order.shipping_city",
    "order.shipping_postcode",
    "order.shipping_country_code",
    "order.shipping_method",
    "order.shipping_price",
    "order.payment_amount",
    "item.sku",
    "item.quantity",
    "item.unit_price",
)
SUPPLIERS = """\
supplier,name,city,region,postcode,country_code
mill,The Mill,Leeds,,LS1,GB
yard,The Yard,York,,YO1,GB
"""
CATALOGUE = """\
product,sku,name,category,weight_grams,length_cm,width_cm,height_cm,price,currency,suppliers
boards,BOARD-S,Small board,kitchen,400,20,10,2,12.50,EUR,mill
boards,BOARD-L,Large board,kitchen,900,40,20,2.5,20.00,EUR,mill|yard
lamps,LANTERN,Lantern,,,,,,,,yard
"""


def orders(*rows: str, columns: tuple[str, ...] = ORDER_COLUMNS) -> str:
    return "\n".join((",".join(columns), *rows)) + "\n"


def row(
    reference: str,
    sku: str = "MUG",
    units: int = 1,
    price: str = "10.00",
    *,
    paid: str = "",
    method: str = "Standard",
    shipping: str = "0",
) -> str:
    """One line of an order to Hamburg."""
    return (
        f"{reference},2026-03-01 12:00,Ada Lovelace,1 Harbour Street,Hamburg,20457,DE,{method},{shipping},{paid},"
        f"{sku},{units},{price}"
    )
