"""Processes of our own that work on portions and pairs; knows how they are started, not what they do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any


@contextmanager
def workers(processes: int, begin: Callable[..., None] | None = None, *given: Any) -> Iterator[Pool]:
    """Give a pool of processes, each of which has called ``begin`` with what is ``given``.

    They collect no garbage: what they make is freed by counting, and looking through millions of forms and keys for
    circles that are not there takes a fifth of their time.
    """
    with get_context("spawn").Pool(processes, _begin, (begin, *given)) as pool:
        yield pool


def _begin(begin: Callable[..., None] | None, *given: Any) -> None:
    gc.disable()
    if begin is not None:
        begin(*given)
