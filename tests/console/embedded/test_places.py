import os
import stat
from pathlib import Path

import environ
import pytest

from console.embedded.errors import FolderOfAnother
from console.embedded.places import LONGEST_SOCKET_FOLDER, Places
from console.secret_key import secret_key

pytestmark = pytest.mark.quick


def test_sockets_stay_beside_the_data_while_their_path_is_short() -> None:
    assert Places(Path("/srv/plumbline")).sockets == Path("/srv/plumbline/run")


def test_a_long_path_moves_the_sockets_where_the_kernel_can_name_them() -> None:
    places = Places(Path("/srv") / ("deep" * 40))
    assert len(os.fsencode(places.sockets)) <= LONGEST_SOCKET_FOLDER
    assert places.sockets != Places(Path("/srv") / ("deep" * 41)).sockets


def test_the_url_survives_a_folder_with_odd_characters() -> None:
    places = Places(Path("/srv/a b@c:d"))
    parsed = environ.Env.db_url_config(places.database_url("plumbline_app"))
    assert (parsed["USER"], parsed["NAME"]) == ("plumbline_app", "plumbline")
    assert "/" not in parsed["HOST"]


def test_the_folders_are_private(tmp_path: Path) -> None:
    places = Places(tmp_path / "var")
    places.create()
    for folder in (places.data, places.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    places = Places(tmp_path / "var")
    places.data.mkdir()
    (tmp_path / "elsewhere").mkdir()
    places.sockets.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderOfAnother):
        places.create()


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "var")
    assert secret_key(tmp_path / "var") == first
    assert len(first) >= 64
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["secret_key"]
