"""What the tests run against beside SQLite: found where it is, else started for them alone, else left out.

Standard library only: this runs before anything of ours is imported.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
POSTGRES_PORT = 5432
REDIS_PORT = 6379
STARTING_SECONDS = 20.0
NODE = Path(__file__).parent / "node"
LINT = Path(__file__).parents[1] / "lint"


@dataclass(frozen=True)
class Service:
    """Something the tests can use. `how` says how it was come by."""

    url: str
    how: str


class Missing(Exception):
    """It is not here, and why; what would bring it here is part of the sentence."""


def find_postgres(closing: ExitStack) -> Service:
    """The server of TEST_POSTGRES_URL, else the one on the standard port, else a private one that `closing` stops.

    TEST_POSTGRES_URL names no database: postgres://role:password@host:port. The role must be allowed to create
    databases. Raises Missing.
    """
    if url := os.environ.get("TEST_POSTGRES_URL"):
        return Service(url.rstrip("/"), "TEST_POSTGRES_URL")
    if postgres_lets_us_in(POSTGRES_PORT):
        return Service(_postgres_url(POSTGRES_PORT), "found on its standard port")
    if not (binaries := _postgres_binaries()):
        raise Missing("no server lets postgres in on 127.0.0.1:5432, and no initdb; set TEST_POSTGRES_URL")
    return _start_postgres(binaries, closing)


def find_redis(closing: ExitStack) -> Service:
    """The server of TEST_REDIS_URL, else the one on the standard port, else a private one. Raises Missing."""
    if url := os.environ.get("TEST_REDIS_URL"):
        return Service(url, "TEST_REDIS_URL")
    if redis_answers(REDIS_PORT):
        return Service(_redis_url(REDIS_PORT), "found on its standard port")
    if not (binary := shutil.which("redis-server")):
        raise Missing("no server on 127.0.0.1:6379, and no redis-server; set TEST_REDIS_URL")
    return _start_redis(binary, closing)


def find_node(folder: Path = NODE) -> str:
    """node with the packages of a folder, installed when its package.json is new. Raises Missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise Missing("no node or no npm")
    wanted = hashlib.sha256((folder / "package.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed"
    if not (stamp.exists() and stamp.read_text() == wanted):
        options = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(
            [npm, "install", *options, "--prefix", str(folder)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Missing(f"npm could not install the packages of {folder.name}: {_last_line(done.stderr)}")
        stamp.write_text(wanted)
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def find_chromium() -> str:
    """Where Chromium or Chrome is. Raises Missing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    raise Missing("no chromium; on Debian: apt install chromium")


def postgres_lets_us_in(port: int) -> bool:
    """Whether a server on this port lets the role postgres in without a password."""
    names = b"user\0postgres\0database\0postgres\0\0"
    hello = struct.pack("!ii", len(names) + 8, 196608) + names  # protocol 3.0
    return _answer(port, hello, 9) == b"R" + struct.pack("!ii", 8, 0)  # AuthenticationOk


def redis_answers(port: int) -> bool:
    """Whether a Redis on this port answers without a password."""
    return _answer(port, b"PING\r\n", 7) == b"+PONG\r\n"


def _answer(port: int, hello: bytes, size: int) -> bytes:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=2) as link:
        link.sendall(hello)
        return link.recv(size, socket.MSG_WAITALL)
    return b""


def _postgres_url(port: int) -> str:
    return f"postgres://postgres@{HOST}:{port}"


def _redis_url(port: int) -> str:
    return f"redis://{HOST}:{port}"


def _postgres_binaries() -> Path | None:
    """The newest installed server's folder; Debian keeps it out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _start_postgres(binaries: Path, closing: ExitStack) -> Service:
    """A server without durability in a temporary folder; as another account when we are root, which it refuses."""
    folder, owner = _private_folder(closing), _unprivileged()
    if owner:
        os.chown(folder, owner, -1)
    data, port = folder / "data", _free_port()
    made = subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ],
        user=owner,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Missing(f"initdb failed: {_last_line(made.stderr)}")
    settings = {
        "listen_addresses": HOST,
        "unix_socket_directories": "",
        "max_connections": "200",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
    _start(command, lambda: postgres_lets_us_in(port), folder, closing, owner)
    return Service(_postgres_url(port), f"started on port {port} for these tests")


def _start_redis(binary: str, closing: ExitStack) -> Service:
    folder, port = _private_folder(closing), _free_port()
    command = [
        binary,
        "--bind",
        HOST,
        "--port",
        str(port),
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    _start(command, lambda: redis_answers(port), folder, closing)
    return Service(_redis_url(port), f"started on port {port} for these tests")


def _start(
    command: list[str], ready: Callable[[], bool], folder: Path, closing: ExitStack, user: int | None = None
) -> None:
    """Start a server in a session of its own, so that Ctrl-C reaches us first, and wait until it answers."""
    with (folder / "output").open("wb") as output:
        server = subprocess.Popen(
            command, user=user, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    closing.callback(_stop, server)
    until = time.monotonic() + STARTING_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > until:
            said = _last_line((folder / "output").read_text(errors="replace"))
            raise Missing(f"{Path(command[0]).name} did not start: {said}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; SIGTERM would wait for its clients
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _private_folder(closing: ExitStack) -> Path:
    folder = tempfile.mkdtemp(prefix="ordergraph-tests-")
    closing.callback(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _unprivileged() -> int | None:
    """An account for what refuses to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise Missing("PostgreSQL does not run as root, and there is no account postgres or nobody")


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason given")
