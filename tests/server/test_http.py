from __future__ import annotations

import asyncio
import gzip
import json

import pytest
import strawberry

from server.app import build
from server.http import MOST_BODY
from server.program import Pace
from server.tokens import Subject
from tests.server.little import CANARY, Query, bearer, program

JSON, RESPONSE = "application/json", "application/graphql-response+json"


async def ask(client, query: str, **more: object):
    accept = more.pop("accept", JSON)
    return await client.post("/graphql", json={"query": query, **more}, headers={"Accept": accept})


def code(body: dict) -> str:
    return body["errors"][0]["extensions"]["code"]


async def test_a_query_is_answered_for_the_viewer_of_the_token(client):
    answer = await ask(client, "query($n: String!) { who hello(name: $n) }", variables={"n": "shop"})

    assert answer.status == 200
    assert await answer.json() == {"data": {"who": "Ada", "hello": "hello shop"}}


async def test_several_mutations_of_one_document_are_answered_in_order(client):
    answer = await ask(client, 'mutation { a: shout(text: "x") b: shout(text: "y") }')

    assert await answer.text() == '{"data":{"a":"X","b":"Y"}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b'"x"',
        b"[]",
        b'[{"query":"{hello}"}]',
        b"\xff\xfe",
        b'{"query":"{hello}\xff"}',
        '{"query":"{hello}"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b"\xef\xbb\xbf" + b'{"query":"{hello}"}',
        b'{"query":"{hello}"}{"query":"{hello}"}',
        b'{"query":"{hello}"',
        b'{"query":' + b"9" * 5000 + b"}",
        b'{"query":"{hello}","variables":{"n":NaN}}',
        b'{"query":"{hello}","variables":{"n":1e999}}',
        b"{}",
        b'{"query":""}',
        b'{"query":null}',
        b'{"query":1}',
        b'{"query":["{hello}"]}',
        b'{"query":"{hello}","variables":1}',
        b'{"query":"{hello}","variables":"{}"}',
        b'{"query":"{hello}","variables":[]}',
        b'{"query":"{hello}","operationName":1}',
        b'{"query":"{hello}","extensions":"x"}',
    ],
)
async def test_a_body_that_is_no_request_is_refused_and_the_server_goes_on(client, body):
    refused = await client.post("/graphql", data=body, headers={"Content-Type": JSON})

    assert refused.status == 400
    assert code(await refused.json()) == "BAD_REQUEST"
    assert (await ask(client, "{hello}")).status == 200


async def test_null_members_count_as_absent(client):
    answer = await ask(client, "{hello}", variables=None, operationName=None, extensions=None)

    assert await answer.json() == {"data": {"hello": "hello world"}}


async def test_large_whole_numbers_are_not_rounded_on_the_way_in(client):
    answer = await ask(client, "query($n: Int!) { many(n: $n) }", variables={"n": 12345678901234567891})

    assert "12345678901234567891" in (await answer.json())["errors"][0]["message"]


async def test_text_that_is_not_unicode_is_told_back_without_breaking_the_answer(client):
    body = b'{"query":"query($n: Int!) { many(n: $n) }","variables":{"n":"\\ud800"}}'

    answer = await client.post("/graphql", data=body, headers={"Content-Type": JSON})

    assert answer.status == 200
    assert code(json.loads(await answer.read())) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ],
)
async def test_what_a_browser_form_can_send_is_refused(client, kind):
    headers = {"Content-Type": kind} if kind else {}

    answer = await client.post(
        "/graphql", data=b'{"query":"{hello}"}', headers=headers, skip_auto_headers=("Content-Type",)
    )

    assert answer.status == 415
    assert code(await answer.json()) == "BAD_REQUEST"


async def test_another_encoding_than_utf_8_is_refused(client):
    answer = await client.post(
        "/graphql", data=b'{"query":"{hello}"}', headers={"Content-Type": "application/json; charset=latin-1"}
    )

    assert answer.status == 415


@pytest.mark.parametrize("content", [gzip.compress(b'{"query":"' + b" " * 10_000_000 + b'"}'), b"not compressed"])
async def test_a_compressed_body_is_refused(client, content):
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}

    answer = await client.post("/graphql", data=content, headers=headers)

    assert answer.status == 415
    assert (await ask(client, "{hello}")).status == 200


@pytest.mark.parametrize(
    "body", [b"Content-Length: 100\r\n\r\n{", b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"que\r\nxyz\r\n']
)
async def test_a_body_that_ends_early_is_nobodys_fault_but_the_clients(client, caplog, body):
    reader, writer = await asyncio.open_connection(client.host, client.port)
    lines = [
        "POST /graphql HTTP/1.1",
        "Host: x",
        f"Authorization: {bearer()['Authorization']}",
        f"Content-Type: {JSON}",
    ]

    writer.write("\r\n".join([*lines, ""]).encode() + body)
    writer.write_eof()
    answer = await reader.read()
    writer.close()

    assert b" 500 " not in answer
    assert (await ask(client, "{hello}")).status == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR" and record.name == "ordergraph"]


@pytest.mark.parametrize(
    "body", [b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"]
)
async def test_a_body_that_never_ends_is_not_waited_for(aiohttp_client, body):
    client = await aiohttp_client(build(program(pace=Pace(body_within=0.05))), headers=bearer())
    reader, writer = await asyncio.open_connection(client.host, client.port)
    lines = [
        "POST /graphql HTTP/1.1",
        "Host: x",
        f"Content-Type: {JSON}",
        f"Authorization: {bearer()['Authorization']}",
    ]

    writer.write("\r\n".join([*lines, ""]).encode() + body)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert (await ask(client, "{hello}")).status == 200


async def test_of_two_members_of_one_name_the_last_counts(client):
    answer = await client.post(
        "/graphql", data=b'{"query":"{who}","query":"{hello}"}', headers={"Content-Type": JSON}
    )

    assert await answer.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    "kind", ["application/json; charset=UTF-8", 'Application/JSON;charset="utf-8"', f"{JSON}; x=y"]
)
async def test_parameters_of_the_content_type_do_no_harm(client, kind):
    answer = await client.post("/graphql", data=b'{"query":"{hello}"}', headers={"Content-Type": kind})

    assert answer.status == 200


async def test_a_refused_document_is_told_ten_of_its_mistakes(client):
    answer = await ask(
        client, "{ thing { " + " ".join(f"unknown{n}" for n in range(600)) + " } }", accept=RESPONSE
    )

    errors = (await answer.json())["errors"]
    assert len(errors) == 11
    assert "too many mistakes" in errors[-1]["message"]
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


async def test_a_document_of_more_than_32_kib_is_refused_before_it_is_read(client):
    answer = await ask(client, "{hello}" + " " * 32 * 1024, accept=RESPONSE)

    assert answer.status == 400
    assert "32,768 bytes" in (await answer.json())["errors"][0]["message"]


async def test_a_body_over_the_limit_is_refused_by_name(client):
    fits = json.dumps({"query": "{hello}", "variables": {"x": ""}}).encode()
    largest = fits.replace(b'"x": ""', b'"x": "' + b"a" * (MOST_BODY - len(fits)) + b'"')

    taken = await client.post("/graphql", data=largest, headers={"Content-Type": JSON})
    refused = await client.post("/graphql", data=largest + b" ", headers={"Content-Type": JSON})

    assert (taken.status, refused.status) == (200, 413)
    assert "256 KiB" in (await refused.json())["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused_naming_the_right_ones(client, method):
    answer = await client.request(method, "/graphql")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, POST"


async def test_queries_may_be_asked_by_address(client):
    answer = await client.get(
        "/graphql", params={"query": "query($n: String!) { hello(name: $n) }", "variables": '{"n":"you"}'}
    )

    assert await answer.json() == {"data": {"hello": "hello you"}}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": "{hello}", "variables": "{"},
        {"query": "{hello}", "variables": "1"},
        [("query", "{hello}"), ("query", "{who}")],
    ],
)
async def test_an_address_that_is_no_request_is_refused(client, params):
    answer = await client.get("/graphql", params=params)

    assert answer.status == 400


async def test_a_mutation_by_address_is_refused(client):
    answer = await client.get("/graphql", params={"query": 'mutation { shout(text: "x") }'})

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert "POST" in (await answer.json())["errors"][0]["message"]


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_subscription_over_http_is_told_where_to_go(client, accept):
    answer = await ask(client, "subscription { ticks }", accept=accept)

    assert answer.status == 400
    assert "WebSocket" in (await answer.json())["errors"][0]["message"]


TWO = 'query A { hello } mutation B { shout(text: "x") }'


@pytest.mark.parametrize("name", [None, "", "C"])
async def test_of_two_operations_none_runs_unless_one_is_named(client, name):
    answer = await ask(client, TWO, operationName=name, accept=RESPONSE)

    assert answer.status == 400
    body = await answer.json()
    assert "data" not in body
    assert code(body) == "BAD_REQUEST"


async def test_the_named_one_of_two_operations_runs(client):
    assert await (await ask(client, TWO, operationName="B")).json() == {"data": {"shout": "X"}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ many(n: 3000000000) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { many(n: $n) }", "BAD_REQUEST"),
        ("fragment F on Query { hello }", "BAD_REQUEST"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE, 400)])
async def test_a_refused_document_has_a_code_and_no_data(client, query, expected, accept, status):
    answer = await ask(client, query, accept=accept)

    assert (answer.status, answer.content_type) == (status, accept)
    body = await answer.json()
    assert "data" not in body
    assert code(body) == expected
    assert body["errors"][0]["extensions"]["requestId"] == answer.headers["X-Request-Id"]


async def test_a_document_of_more_than_two_thousand_tokens_is_refused(client):
    answer = await ask(client, "{" + "hello " * 2000 + "}", accept=RESPONSE)

    assert answer.status == 400
    assert code(await answer.json()) == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize("depth", [100, 300, 900])
async def test_a_deeply_nested_document_gets_an_answer(client, depth):
    answer = await ask(client, "{ thing " * depth + "{ name }" + "}" * depth)

    assert answer.status == 200
    assert (await ask(client, "{hello}")).status == 200


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_failing_field_tells_nothing_of_what_went_wrong(client, accept):
    answer = await ask(client, "{ hello broken }", accept=accept)

    text = await answer.text()
    assert answer.status == 200
    assert CANARY not in text
    body = json.loads(text)
    assert body["data"] == {"hello": "hello world", "broken": None}
    assert code(body) == "INTERNAL"
    assert body["errors"][0]["path"] == ["broken"]


async def test_an_error_with_a_code_reaches_the_client_with_its_facts(client):
    body = await (await ask(client, "{ refused }")).json()

    error = body["errors"][0]
    assert error["message"] == "Not today."
    assert (error["extensions"]["code"], error["extensions"]["until"]) == ("NOT_TODAY", "tomorrow")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{RESPONSE}; charset=utf-8, {JSON}; q=0.9", RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON};q=0.9", JSON),
        (f"{RESPONSE};q=0, {JSON}", JSON),
        (f"{RESPONSE}, text/event-stream, multipart/mixed", RESPONSE),
        ("text/event-stream, application/json", JSON),
    ],
)
async def test_the_answer_comes_in_the_media_type_the_client_likes_best(client, accept, media):
    headers = {"Accept": accept} if accept else {}

    answer = await client.post(
        "/graphql", json={"query": "{hello}"}, headers=headers, skip_auto_headers=("Accept",)
    )

    assert answer.status == 200
    assert answer.headers["Content-Type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    ["text/event-stream;q=0", "image/png", f"{JSON};q=0", f"{JSON};q=0, */*", "application/json; charset=latin-1"],
)
async def test_a_client_that_reads_no_json_is_told_what_there_is(client, accept):
    answer = await ask(client, "{hello}", accept=accept)

    assert answer.status == 406
    assert RESPONSE in (await answer.json())["errors"][0]["message"]


async def test_the_request_id_of_the_client_is_used_when_it_is_sane(client):
    sane = await client.post("/graphql", json={"query": "{requestId}"}, headers={"X-Request-Id": "a-Z_0.9"})
    odd = await client.post(
        "/graphql", json={"query": "{requestId}"}, headers={"X-Request-Id": "a b<c>" + "x" * 99}
    )

    assert (await sane.json())["data"]["requestId"] == sane.headers["X-Request-Id"] == "a-Z_0.9"
    assert (await odd.json())["data"]["requestId"] == odd.headers["X-Request-Id"] != "a b<c>" + "x" * 99


async def test_an_unknown_address_is_told_in_json_and_where_the_api_is(stranger):
    answer = await stranger.get("/nothing/here")

    assert answer.status == 404
    assert code(await answer.json()) == "NOT_FOUND"
    assert "/graphql" in (await answer.json())["errors"][0]["message"]


async def test_a_neighbour_is_served_while_a_slow_query_runs(client):
    slow = asyncio.create_task(ask(client, "{ slow(seconds: 30) }"))

    quick = await ask(client, "{hello}")

    assert quick.status == 200
    assert not slow.done()
    slow.cancel()


async def test_a_schema_without_the_document_rules_is_not_served():
    with pytest.raises(ValueError, match="Documents"):
        build(program(schema=strawberry.Schema(Query)))


async def test_a_failing_look_up_of_the_viewer_tells_nothing(stranger):
    answer = await stranger.post(
        "/graphql", json={"query": "{hello}"}, headers=bearer(subject=Subject("user", 500))
    )

    assert answer.status == 500
    assert "database" not in await answer.text()
    assert code(await answer.json()) == "INTERNAL"
