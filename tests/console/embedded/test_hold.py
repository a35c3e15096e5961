import subprocess
import sys
from pathlib import Path

import pytest

from console.embedded.child import ROOT
from console.embedded.hold import announce, hold, holder, use
from console.embedded.places import Places

TAKE = """
import sys
from pathlib import Path
from console.embedded.hold import announce, hold
from console.embedded.places import Places
places = Places(Path(sys.argv[1]))
with hold(places) as ours:
    announce(places, url="http://127.0.0.1:8000/")
    print("held" if ours else "refused", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.create()
    return places


def take(places: Places) -> "subprocess.Popen[str]":
    other = subprocess.Popen(
        [sys.executable, "-c", TAKE, str(places.data)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_folder_is_held_once(places: Places) -> None:
    with take(places) as other:
        with hold(places) as ours:
            assert not ours
        assert holder(places) == {"pid": other.pid, "url": "http://127.0.0.1:8000/"}
        other.communicate("")
    with hold(places) as ours:
        assert ours


def test_an_announcement_that_outlived_its_holder_is_not_believed(places: Places) -> None:
    with take(places) as other:
        other.kill()
        other.wait()
    assert places.state.exists()
    assert holder(places) is None
    with use(places) as usable:
        assert not usable


def test_services_are_used_only_once_they_are_announced(places: Places) -> None:
    with hold(places), use(places) as usable:
        assert not usable
    with take(places) as other:
        with use(places) as usable:
            assert usable
        other.communicate("")


def test_half_an_announcement_is_never_read(places: Places) -> None:
    announce(places, url="http://127.0.0.1:8000/")
    assert not places.state.with_suffix(".new").exists()
    places.state.write_text('{"pid": 1, "ur')
    assert holder(places) is None
