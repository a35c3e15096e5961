"""Each test has a folder of its own for anchors: two databases that call a tenant the same have not the same chain."""

from uuid import uuid4

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def anchors_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(settings, "ANCHOR_DIR", tmp_path_factory.getbasetemp() / "anchors" / uuid4().hex)
