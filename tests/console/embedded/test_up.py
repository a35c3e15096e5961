"""The one command, run for real: answers, refuses a second, survives deaths, stops, leaves nothing."""

import os
import signal
import time

import pytest

from tests.harness.installation import DEADLINE, Installation, installation

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]
__all__ = ["installation"]


def test_it_answers_survives_deaths_and_leaves_nothing(installation: Installation) -> None:
    up = installation.manage("up")
    installation.wait_ready(up)
    assert len(installation.processes()) >= 6

    second, _ = installation.manage("up").communicate(timeout=DEADLINE)
    assert "already runs" in second

    attached = installation.manage("migrate", "--check", "--database", "owner")
    attached.communicate(timeout=DEADLINE)
    assert attached.returncode == 0

    os.killpg(up.pid, signal.SIGKILL)
    up.communicate()
    assert not installation.gone_within(3), "a killed supervisor must take everything with it"

    up = installation.manage("up")
    installation.wait_ready(up)
    for name in ("bin/postgres -D", "valkey-server", " worker ", " beat ", "gunicorn"):
        installation.kill(name)
        time.sleep(1)
        installation.wait_ready(up)

    os.killpg(up.pid, signal.SIGTERM)
    said, _ = up.communicate(timeout=8)
    assert up.returncode == 0, said
    assert not installation.processes()


def test_a_taken_port_is_named_and_another_offered(installation: Installation) -> None:
    import socket

    with socket.create_server(("127.0.0.1", installation.port)):
        said, _ = (up := installation.manage("up")).communicate(timeout=DEADLINE)
    assert up.returncode == 1
    assert f"port {installation.port} is taken" in said
    assert "PORT=" in said


def test_a_command_has_the_services_for_its_own_duration(installation: Installation) -> None:
    both = [installation.manage("migrate", "--check", "--database", "owner") for _ in range(2)]
    for command in both:
        said, _ = command.communicate(timeout=DEADLINE)
        assert command.returncode == 0, said
    assert not installation.gone_within(3)
