"""GraphiQL in a real browser, which reaches nothing but the server."""

from __future__ import annotations

import json
import os

import pytest

from tests.browser.chromium import browsing
from tests.server.little import until
from tests.server.shops import client, serving, token_of

COMMENT = """
    mutation($id: ID!) {
        orderCommentAdd(input: { orderId: $id, body: "Ring twice." }) { userErrors { message } }
    }
"""
ANSWER = "document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue()"
OPERATION = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.operationName"
STATE = "document.getElementById('state').value"
EXECUTE = "document.querySelector('.graphiql-execute-button').click()"
SHOW_DOCUMENTS = "document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()"
DOCUMENTS = "document.querySelector('.graphiql-doc-explorer-content')?.textContent ?? ''"


def tab(title: str) -> str:
    named = f"button => button.textContent === {json.dumps(title)}"
    return f"[...document.querySelectorAll('.graphiql-tab-button')].find({named}).click()"


@pytest.fixture
async def page(tmp_path):
    async with browsing(os.environ["TEST_CHROMIUM"], tmp_path / "profile") as page:
        yield page


async def give(page, token: str) -> None:
    await page.until("document.getElementById('token') && document.readyState === 'complete'")
    await page.run("document.getElementById('token').focus()")
    await page.type(token)
    await page.run("document.querySelector('#door button').click()")


@pytest.mark.browser
async def test_graphiql_asks_explains_and_follows_with_one_token_and_reaches_nothing_else(
    shop, database_url, page, tmp_path
):
    order, token = await shop.order(("MUG", 1)), token_of(database_url, shop.agent)
    async with serving(database_url) as server, client(server.url, token) as api:
        await page.open(f"{server.url}/graphql")
        await give(page, token)
        await page.until("document.querySelector('.graphiql-execute-button')")
        await page.until(f"{STATE} !== ''")

        await page.run(EXECUTE)
        await page.until(f"{ANSWER}.includes({json.dumps(order.number)})")
        await page.run(SHOW_DOCUMENTS)
        await page.until(f"{DOCUMENTS}.includes('Everything that can be read')")
        (tmp_path / "query.png").write_bytes(await page.photograph())
        await page.run(tab("Live"))
        await page.until(
            f"{OPERATION} === 'Live'"
        )  # GraphiQL reads the document a moment after the tab was changed
        await page.run(EXECUTE)
        await until(lambda: server.hub.followers == 1)
        await api.ask(COMMENT, id=shop.id(order))
        await page.until(f"{ANSWER}.includes('comment.added')")
        (tmp_path / "subscription.png").write_bytes(await page.photograph())

        own = (f"{server.url}/", "data:")
        assert [url for url in page.requests if not url.startswith(own)] == []
        assert page.sockets == [f"{server.url.replace('http', 'ws')}/graphql"]
        assert page.complaints == []
        assert await page.run(STATE) == "Agent, CS Agent of Ordergraph"


@pytest.mark.browser
async def test_a_token_that_is_none_is_refused_in_words(shop, database_url, page):
    async with serving(database_url) as server:
        await page.open(f"{server.url}/graphql")
        await give(page, "no token at all")

        await page.until(f"{STATE} !== ''")
        assert "token" in await page.run(STATE)
