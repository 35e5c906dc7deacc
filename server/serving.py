"""From start to graceful stop."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import Callable
from typing import Final

from aiohttp import web

from server import logs

FINISH_WITHIN: Final = 10.0
"""Seconds requests under way have to finish once the server is told to stop."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class AddressUnusable(Exception):
    """The server cannot listen where it was told to. The text says why and what to do."""


async def serve(
    app: web.Application, host: str, port: int, on_listening: Callable[[str], None] | None = None
) -> None:
    """Serves until SIGTERM or SIGINT, then stops: sockets get 1012, requests under way finish (<= 10 s).

    Logs `listening` with the real port (also for port 0) and `stopped`; calls `on_listening` with the address,
    such as http://127.0.0.1:8000, once requests are taken. A second signal ends the process at once.
    Raises AddressUnusable.
    """
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_trouble)
    stop = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_WITHIN)
    try:
        await runner.setup()
        address = await _listen(runner, host, port)
        if on_listening is not None:
            on_listening(address)
        await stop.wait()
        logs.LOG.info("stopping")
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        await runner.cleanup()
    logs.LOG.info("stopped")


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as wrong:
        raise AddressUnusable(_why(wrong, host, port)) from wrong
    real = runner.addresses[0][1]
    logs.LOG.info("listening", extra={"host": host, "port": real})
    return f"http://[{host}]:{real}" if ":" in host else f"http://{host}:{real}"


def _why(wrong: OSError, host: str, port: int) -> str:
    if wrong.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop it, or choose another port with --port."
    if wrong.errno == errno.EACCES:
        return f"Port {port} on {host} may not be used by this user. Choose one above 1023 with --port."
    return f"Cannot listen on {host}, port {port}. Choose another address with --host or --port."
