import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command


class Answer:
    """What a command printed and how it left."""

    def __init__(self, out: str, err: str, code: int) -> None:
        self.out, self.err, self.code = out, err, code

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run() -> Callable[..., Answer]:
    def called(name: str, *words: object) -> Answer:
        out, err, code = StringIO(), StringIO(), 0
        try:
            call_command(name, *[str(word) for word in words], stdout=out, stderr=err)
        except SystemExit as left:
            code = int(left.code or 0)
        return Answer(out.getvalue(), err.getvalue(), code)

    return called
