import re
from typing import Any

import yaml

from tests.architecture.sources import ROOT

READ = re.compile(r"(?:env(?:\.\w+)?\(|environ\.get\(|environ\.setdefault\()\s*\"([A-Z_]+)\"")


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_it_runs_the_same_five_parts() -> None:
    services = compose()["services"]
    assert {"database", "broker", "web", "worker", "beat"} <= set(services)
    assert services["database"]["image"].startswith("postgres:")
    assert services["broker"]["image"].startswith("redis:")


def test_every_variable_it_sets_is_read() -> None:
    read = set(READ.findall((ROOT / "console/settings.py").read_text()))
    read |= set(READ.findall((ROOT / "console/gunicorn_conf.py").read_text()))
    read |= set(READ.findall((ROOT / "console/anchor_settings.py").read_text()))
    ours = {name: part for name, part in compose()["services"].items() if "image" not in part}
    unread = {name: set(part["environment"]) - read for name, part in ours.items() if set(part["environment"]) - read}
    assert not unread


def test_only_the_preparation_knows_the_admin() -> None:
    knowing = [
        name for name, part in compose()["services"].items() if "DATABASE_ADMIN_URL" in part.get("environment", {})
    ]
    assert knowing == ["prepare"]


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", text)
    assert secrets
    assert not [name for name, rest in secrets if rest.startswith(":-")]


def test_the_worker_and_beat_start_as_the_supervisor_starts_them() -> None:
    for name in ("worker", "beat"):
        assert compose()["services"][name]["command"][:5] == ["python", "-m", "celery", "-A", "console"]
