"""Variants and their stock."""

from __future__ import annotations

import models
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.catalog import StockSetInput, VariantWithdrawInput
from gql.inputs.keys import key
from gql.payloads.answers import Answer, Warned, WarningCode
from operations.settings import stock, variants
from resolvers.mutations.answering import answer, perform


async def withdraw(info: Info, input: Input[VariantWithdrawInput]) -> Answer:
    command = variants.WithdrawVariant(key(models.Variant, input.variant_id), input.status, input.reason)
    return await answer(info, variants.withdraw, command, models.Variant)


async def set_stock(info: Info, input: Input[StockSetInput]) -> Answer:
    command = stock.SetStock(
        variant_id=key(models.Variant, input.variant_id),
        source_id=key(models.Source, input.source_id),
        on_hand=input.on_hand,
        difference=input.difference,
        managed=input.managed,
    )
    return await perform(info, stock.set_stock, command, _stock)


def _stock(done: stock.StockIs) -> Answer:
    message = f"{done.promised_beyond} units more are promised to orders than are there."
    warned = [Warned(WarningCode.PROMISED_BEYOND_STOCK, message, ("input",))] if done.promised_beyond else []
    return Answer(warnings=warned, touched={models.StockLevel: (done.level_id,)})
