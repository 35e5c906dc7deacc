"""Every mutation has the same shape."""

from __future__ import annotations

import pytest
from graphql import GraphQLField, GraphQLNonNull

from server.schema import schema
from tests.shop import Shop

MUTATIONS = schema._schema.mutation_type.fields
each_mutation = pytest.mark.parametrize("name", MUTATIONS)


def field(name: str) -> GraphQLField:
    return MUTATIONS[name]


@each_mutation
def test_a_mutation_takes_one_input_of_its_name_and_a_guard(name: str) -> None:
    arguments = {key: str(one.type) for key, one in field(name).args.items()}

    assert arguments == {"input": f"{name[0].upper()}{name[1:]}Input!", "guard": "MutationGuard"}


@each_mutation
def test_a_mutation_answers_a_payload_of_its_name_whose_objects_are_null_when_it_is_refused(name: str) -> None:
    answer = field(name).type
    objects = {"order", "shipment", "fulfillmentOrder", "comment"} & set(answer.of_type.fields)

    assert str(answer) == f"{name[0].upper()}{name[1:]}Payload!"
    assert [one.name for one in answer.of_type.interfaces] == ["MutationPayload"]
    assert str(answer.of_type.fields["receipt"].type) == "Receipt"
    assert not any(isinstance(answer.of_type.fields[one].type, GraphQLNonNull) for one in objects)


async def test_refusals_can_be_asked_for_without_knowing_the_payload(shop: Shop) -> None:
    order = await shop.order()
    document = """
        mutation($id: ID!) {
          orderRelease(input: {orderId: $id}) {
            ... on MutationPayload { userErrors { message ... on NotAllowed { blockers { code } } } }
          }
        }
    """

    answer = await shop.ask(shop.agent, document, id=shop.id(order))

    (error,) = answer.of("orderRelease")["userErrors"]
    assert error["blockers"] == [{"code": "WRONG_STATUS"}]
    assert error["message"].startswith("An order in RECEIVED cannot be released")
