"""Actions are done again when the database could not decide between two of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from models.engines.retrying import is_retryable
from models.statements import in_transaction_now

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS: Final = 8


def retried(action: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Runs the whole action again after a serialisation failure, a deadlock or SQLITE_BUSY.

    The failed transaction was rolled back by then, so nothing is done twice. The last failure is raised.
    Inside a transaction it is run once: what failed there can only be done again as a whole.
    """

    @wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, 1 if in_transaction_now() else ATTEMPTS):
            try:
                return await action(*args, **kwargs)
            except Exception as error:
                if not is_retryable(error):
                    raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  spreads the contenders
        return await action(*args, **kwargs)

    return run
