"""Whom the console asks, and whom it does not, whatever a name points at."""

import socket
from typing import Any

import pytest

from reconciliation.provider.polling import http_get
from reconciliation.provider.polling.http_get import Host, get_json
from reconciliation.provider.polling.listing import PollFailed
from tests.reconciliation.provider.polling.greenfield import TOKEN, greenfield

pytestmark = pytest.mark.quick
PUBLIC = "93.184.215.14"


def pointing_at(*addresses: str) -> Any:
    def resolve(name: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",), ("10.0.0.1",), ("172.16.0.1",), ("192.168.1.1",), ("169.254.169.254",), ("0.1.2.3",), ("224.0.0.1",),
        ("100.64.0.1",), ("::1",), ("fe80::1%eth0",), ("fd00::1",), ("::ffff:127.0.0.1",), ("::ffff:10.0.0.1",),
        ("2002:7f00:1::",), (PUBLIC, "127.0.0.1"),
    ],
)  # fmt: skip
def test_a_name_that_points_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]) -> None:
    monkeypatch.setattr(http_get.socket, "getaddrinfo", pointing_at(*addresses))
    monkeypatch.setattr(http_get.socket, "create_connection", lambda *_: pytest.fail("it was spoken to"))
    with pytest.raises(PollFailed) as failed:
        get_json(Host("https://pay.example.com", TOKEN), "/", {})
    assert failed.value.code == "private_host"


def test_the_address_that_was_checked_is_the_one_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[Any] = []

    def connect(to: Any, *_: Any) -> Any:
        spoken.append(to)
        raise ConnectionRefusedError

    monkeypatch.setattr(http_get.socket, "getaddrinfo", pointing_at(PUBLIC))
    monkeypatch.setattr(http_get.socket, "create_connection", connect)
    with pytest.raises(PollFailed):
        get_json(Host("https://pay.example.com:8443", TOKEN), "/", {})
    assert spoken == [(PUBLIC, 8443)]


def test_a_host_without_a_certificate_for_its_name_is_not_told_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with greenfield() as shop, pytest.raises(PollFailed) as failed:
        get_json(Host(shop.base_url.replace("http:", "https:"), TOKEN, private=True), "/", {})
    assert failed.value.code == "unreachable"
    assert shop.asked == []


def test_an_answer_that_trickles_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_get, "WHOLE_SECONDS", -1)
    with greenfield() as shop:
        shop.answer = (200, {}, b"[]")
        with pytest.raises(PollFailed) as failed:
            get_json(Host(shop.base_url, TOKEN, private=True), "/", {})
    assert failed.value.code == "too_slow"


def test_figures_with_a_point_stay_texts() -> None:
    with greenfield() as shop:
        shop.answer = (200, {}, b'[{"amount": 0.1}]')
        assert get_json(Host(shop.base_url, TOKEN, private=True), "/", {}) == [{"amount": "0.1"}]


def test_a_name_that_no_host_can_have_is_nobody() -> None:
    with pytest.raises(PollFailed) as failed:
        get_json(Host(f"https://{'x' * 70}.example.com", TOKEN), "/", {})
    assert failed.value.code == "unreachable"
