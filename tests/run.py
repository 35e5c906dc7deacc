"""Run the tests on SQLite, and beside it on PostgreSQL where there is one: `python -m tests.run [pytest options]`.

Says what it uses and what it had to leave out. Ends with the last line of each pytest run.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from tests.services import LINT, Missing, Service, find_chromium, find_node, find_postgres, find_redis

ROOT = Path(__file__).parent.parent
NOTHING_COLLECTED = 5
REQUIRE = "ORDERGRAPH_REQUIRE_SERVICES"


@dataclass(frozen=True)
class Run:
    """One pytest process and how it ended."""

    database: str
    code: int
    summary: str


def main() -> int:
    """0 when every test passed; 1 when one failed, or when a required service is missing."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _let_pytest_end)
    options, passed_on = _arguments()
    with ExitStack() as closing:
        postgres = _look_for("PostgreSQL", lambda: find_postgres(closing), "every test on PostgreSQL")
        redis = _look_for("Redis", lambda: find_redis(closing), "tests marked redis")
        node = _look_for_node()
        if options.require and not (postgres and redis):
            print(f"PostgreSQL and Redis are required here (--require or {REQUIRE}=1)", flush=True)
            return 1
        environment = {
            "TEST_POSTGRES_URL": postgres.url if postgres else "",
            "TEST_REDIS_URL": redis.url if redis else "",
            "TEST_NODE": node,
            "TEST_CHROMIUM": _look_for_chromium(),
        }
        databases = ["sqlite", "postgres"] if postgres else ["sqlite"]
        runs = _run(databases, environment, passed_on)
    return _sum_up(runs)


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--require",
        action="store_true",
        default=os.environ.get(REQUIRE, "") not in ("", "0"),
        help="fail when PostgreSQL or Redis is missing, instead of leaving their tests out",
    )
    return parser.parse_known_args()


def _look_for(name: str, find: Callable[[], Service], left_out: str) -> Service | None:
    try:
        service = find()
    except Missing as missing:
        print(f"{name:<11} LEFT OUT: {left_out} ({missing})", flush=True)
        return None
    print(f"{name:<11} {service.url.rpartition('@')[2]} ({service.how})", flush=True)  # never the password
    return service


def _look_for_node() -> str:
    """node's version, or nothing."""
    try:
        version = find_node()
        find_node(LINT)
    except Missing as missing:
        print(f"{'node':<11} LEFT OUT: tests marked node ({missing})", flush=True)
        return ""
    print(f"{'node':<11} {version}", flush=True)
    return version


def _look_for_chromium() -> str:
    """Where it is, or nothing."""
    try:
        program = find_chromium()
    except Missing as missing:
        print(f"{'chromium':<11} LEFT OUT: tests marked browser ({missing})", flush=True)
        return ""
    print(f"{'chromium':<11} {program}", flush=True)
    return program


def _run(databases: list[str], environment: dict[str, str], options: list[str]) -> list[Run]:
    """Run one pytest process per database, all at once; show what each writes, one after the other."""
    with ExitStack() as closing:
        outputs = [closing.enter_context(tempfile.TemporaryFile()) for _ in databases]
        started = [
            _start(database, environment, options, output)
            for database, output in zip(databases, outputs, strict=True)
        ]
        try:
            return [_end(*one) for one in zip(databases, started, outputs, strict=True)]
        except SystemExit:
            for process in started:
                process.send_signal(signal.SIGINT)  # lets it drop its databases
                process.wait()
            raise


def _start(
    database: str, environment: dict[str, str], options: list[str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *colour, *options],
        cwd=ROOT,
        env={**os.environ, **environment, "TEST_DATABASE": database},
        stdout=output,
    )


def _end(database: str, process: subprocess.Popen[bytes], output: IO[bytes]) -> Run:
    """Show what it writes as it writes it, until it ends; remember its last line."""
    print(f"\n=== {database} ===", flush=True)
    tail, place = b"", 0
    while True:
        ended = process.poll() is not None
        chunk = os.pread(output.fileno(), 65536, place)
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        place, tail = place + len(chunk), (tail + chunk)[-4096:]
        if not chunk:
            if ended:
                break
            time.sleep(0.2)
    lines = tail.decode(errors="replace").split("\n")
    return Run(database, process.wait(), next((line for line in reversed(lines) if line.strip()), ""))


def _sum_up(runs: list[Run]) -> int:
    """A run without a test is fine when the other had some: the options may name tests of one database."""
    print(flush=True)
    for run in runs:
        print(f"{run.database:<11} {run.summary}", flush=True)
    codes = [run.code for run in runs]
    if all(code == NOTHING_COLLECTED for code in codes):
        return 1
    return int(any(code not in (0, NOTHING_COLLECTED) for code in codes))


def _leave(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)  # through the ExitStack, which stops what we started


def _let_pytest_end(*_: object) -> None:
    """Ctrl-C reaches pytest too, which then says how far it came."""


if __name__ == "__main__":
    sys.exit(main())
