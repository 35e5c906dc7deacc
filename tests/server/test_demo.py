"""The demo: a month in a shop that does not exist, and the life in it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import parse, validate
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

import models
from domain.access import BUILT_IN_ROLES, CompanyKind
from domain.issues import BLOCKING
from domain.orders import OrderStatus
from operations.auditing import audit
from operations.bootstrap import ensure_platform
from operations.world import World
from server.database import config
from server.demo.filling import State, fill, state
from server.demo.simulation import Pace, simulation
from server.demo.welcome import welcome
from server.examples import EXAMPLES
from server.schema import schema
from server.settings import Settings

UNREACHABLE = {OrderStatus.RETURNED, OrderStatus.ABANDONED}
"""Nothing leads there yet."""
SECRET = "a secret that is long enough for tests, really"
PROGRAM = str(Path(sys.executable).parent / "ordergraph")
HASTE = Pace(least=0, most=0, after_error=0)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    async with TortoiseContext() as context:
        await context.init(config=config(url))
        await ensure_platform()
        yield


@pytest.fixture
async def demo(demo_url) -> AsyncIterator[None]:
    """A demo of this test's own, opened."""
    async with opened(demo_url):
        yield


async def test_orders_are_in_every_status_that_can_be_reached(demo):
    statuses = await models.Order.all().values_list("status", flat=True)

    often = {status for status in OrderStatus if statuses.count(status) >= 4}
    assert often == set(OrderStatus) - UNREACHABLE
    assert len(statuses) >= 300


async def test_orders_wait_for_every_kind_of_blocking_issue(demo):
    waiting = models.OrderIssue.filter(resolved_at=None, order__status=OrderStatus.NEW)

    codes = set(await waiting.values_list("code", flat=True))

    assert codes >= set(BLOCKING)


async def test_several_suppliers_share_orders_and_people_talk_about_them(demo):
    shares = await models.OrderShare.all().values_list("order_id", flat=True)
    comments = await models.Comment.all()

    assert sum(shares.count(order_id) > 1 for order_id in set(shares)) >= 10
    assert {True, False} == {comment.shared for comment in comments}
    assert len({comment.author_company_id for comment in comments}) >= 4


async def test_somebody_has_each_built_in_role(demo):
    users = await models.User.all().values_list("role__code", flat=True)
    clients = await models.ApiClient.all().values_list("role__code", flat=True)
    fulfillers = await models.Company.filter(kind=CompanyKind.FULFILLER).values_list("id", flat=True)

    assert {*users, *clients} == {role.code for role in BUILT_IN_ROLES}
    assert set(await models.User.all().values_list("company_id", flat=True)) >= set(fulfillers)


async def test_history_is_in_order_of_time_complete_and_of_the_past(demo):
    events = await models.OrderEvent.all().order_by("position").values_list("position", "occurred_at", "order_id")
    versions = dict(await models.Order.all().values_list("id", "version"))

    positions, times, orders = zip(*events, strict=True)
    assert list(positions) == list(range(1, len(positions) + 1))
    assert list(times) == sorted(times)
    assert times[-1] <= datetime.now(UTC)
    assert (times[-1] - times[0]).days >= 25
    assert versions == {order_id: orders.count(order_id) for order_id in versions}


async def test_everything_follows_from_lines_and_log_after_a_month_and_an_afternoon(demo):
    commits = asyncio.Semaphore(0)
    async with simulation(World(wake=commits.release), HASTE):
        for _ in range(80):
            await commits.acquire()

    report = await audit()

    assert report.findings == ()
    assert report.orders >= 300


async def test_filling_a_filled_database_changes_nothing(demo):
    before = await models.OrderEvent.all().count()

    first = await fill(lambda _: None)

    assert not first
    assert await state() is State.DEMO
    assert await models.OrderEvent.all().count() == before


async def test_an_interrupted_filling_leaves_nothing_behind(database_url):
    class Interrupted(Exception):
        pass

    def after_a_while(_: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 40:
            raise Interrupted

    steps = 0
    async with opened(database_url):
        with pytest.raises(Interrupted):
            await fill(after_a_while)

        assert await state() is State.EMPTY
        assert await models.Order.all().count() == 0
        assert await models.Company.all().count() == 1


async def test_a_database_with_companies_of_its_own_is_told_apart(database_url):
    async with opened(database_url):
        await models.Company.create(code="real", name="A real shop", kind=CompanyKind.RETAILER)

        found = await state()

    assert found is State.OTHER


async def test_the_shop_moves_while_the_simulation_runs_and_rests_after_it(demo):
    commits = asyncio.Semaphore(0)
    before = await models.OrderEvent.all().count()

    async with simulation(World(wake=commits.release), HASTE):
        for _ in range(60):
            await commits.acquire()
    after = await models.OrderEvent.all().count()
    await asyncio.sleep(0)

    assert after >= before + 60
    assert await models.OrderEvent.all().count() == after
    assert {"order.imported", "tracking.recorded", "shipment.created"} <= await types_after(before)


async def test_the_simulation_goes_on_after_an_error(demo, caplog):
    commits = asyncio.Semaphore(0)
    failures = iter((ConnectionError("gone"), ConnectionError("gone again")))

    def wake() -> None:
        commits.release()
        if failure := next(failures, None):
            raise failure

    async with simulation(World(wake=wake), HASTE):
        for _ in range(5):
            await commits.acquire()

    assert [record.message for record in caplog.records].count("simulation stumbled") == 2


async def test_the_number_of_open_orders_stays_bounded(demo):
    commits = asyncio.Semaphore(0)

    async with simulation(World(wake=commits.release), HASTE):
        for _ in range(150):
            await commits.acquire()

    closed = (OrderStatus.COMPLETE, OrderStatus.CANCELLED, OrderStatus.DELIVERED)
    assert await models.Order.exclude(status__in=closed).count() <= 195


async def test_nothing_moves_where_nothing_is_simulated(database_url):
    async with opened(database_url), simulation(World(), HASTE):
        await asyncio.sleep(0.05)

        assert await models.OrderEvent.all().count() == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_documents_to_try_fit_the_schema(example):
    problems = validate(schema._schema, parse(example.query))

    assert problems == []


def test_the_printed_commands_work_as_they_stand(demo_url, tmp_path):
    environment = {**os.environ, "DATABASE_URL": demo_url, "ORDERGRAPH_SECRET": SECRET}
    with served(environment, tmp_path) as url:
        commands = printed(demo_url, url)

        grid, page = (json.loads(bash(command)) for command in commands[:2])
        event = json.loads(first_event(commands[2], within=10))

    assert grid["data"]["orders"]["count"]["value"] >= 300
    assert page["data"]["order"]["history"]["nodes"]
    assert event["data"]["orderEvents"]["event"]["summary"]


def test_doing_it_again_prints_tokens_and_changes_nothing(demo_url, tmp_path):
    environment = {**os.environ, "DATABASE_URL": demo_url, "ORDERGRAPH_SECRET": SECRET}

    command = [PROGRAM, "demo", "--port", "8123"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "there already" in done.stderr
    assert "http://127.0.0.1:8123/graphql" in done.stdout
    assert all(f"\n{role.code}: " in done.stdout for role in BUILT_IN_ROLES)


async def types_after(count: int) -> set[str]:
    return set(
        await models.OrderEvent.all().order_by("id").offset(count).limit(10_000).values_list("type", flat=True)
    )


def printed(database_url: str, url: str) -> list[str]:
    """The commands of the welcome text."""

    async def text() -> str:
        async with opened(database_url):
            return await welcome(url, Settings(database_url=database_url, secret=SECRET))

    EXECUTOR_CACHE.clear()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        shown = runner.run(text())
    return [line for line in shown.splitlines() if line.startswith("curl")]


@contextmanager
def served(environment: dict[str, str], folder) -> Iterator[str]:
    """A server process of its own, stopped by a signal afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port)],
        env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert "Ordergraph serves" in server.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)


def bash(command: str) -> str:
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout


def first_event(command: str, within: int) -> str:
    """The data of the first event of a stream that never ends."""
    told = ["bash", "-c", f"exec {command} --max-time {within}"]
    with subprocess.Popen(told, stdout=subprocess.PIPE, text=True) as running:
        try:
            return next(line.removeprefix("data: ") for line in running.stdout if line.startswith("data: {"))
        finally:
            running.kill()
