"""Rivals: the same act by many threads at once, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(n: int, act: Callable[[int], T], at_a_time: int = 16) -> list[T | Exception]:
    """Run `act(0..n-1)`, `at_a_time` of them started together, and answer what each returned or raised."""
    found: list[T | Exception] = [RuntimeError("never ran")] * n
    gate = threading.Barrier(at_a_time)

    def run(first: int) -> None:
        for number in range(first, n, at_a_time):
            gate.wait(timeout=30)
            try:
                found[number] = act(number)
            except Exception as error:  # noqa: BLE001 (the test looks at what was raised)
                found[number] = error
        connection.close()

    assert n % at_a_time == 0
    threads = [threading.Thread(target=run, args=(k,)) for k in range(at_a_time)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found
