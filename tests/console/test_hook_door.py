"""Deliveries pass by what serves people: the same answers, at the server's own door."""

from io import BytesIO
from typing import Any
from unittest import mock

import pytest

from console.hook_door import HookDoor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.provider.models import Delivery
from tests.reconciliation.provider.desk import Desk, said

pytestmark = pytest.mark.django_db(transaction=True)


def behind(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"the product, " + environ["PATH_INFO"].encode()]


def knock(path: str, body: bytes = b"", headers: list[tuple[str, str]] | None = None, method: str = "POST") -> Any:
    """Status, headers and body of the answer."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "wsgi.url_scheme": "http",
    }  # fmt: skip
    for name, value in headers or []:
        word = name.upper().replace("-", "_")
        environ[word if word == "CONTENT_TYPE" else f"HTTP_{word}"] = value
    said: list[Any] = []
    content = b"".join(HookDoor(behind)(environ, lambda status, sent: said.extend((status, dict(sent)))))
    return said[0], said[1], content


def test_a_delivery_is_stored_and_acknowledged_at_the_door(acme: Tenant) -> None:
    desk = Desk(acme.id)
    body = said("InvoiceSettled")
    status, headers, content = knock(f"/hooks/{desk.endpoint.token}/", body, desk.signed(body))
    assert (status, content, headers["Content-Length"]) == ("200 OK", b"stored", "6")
    assert headers["Cache-Control"] == "no-store" and "Set-Cookie" not in headers
    with tenant(acme.id):
        delivery = Delivery.objects.get()
        assert (bytes(delivery.body), delivery.reason) == (body, "")


def test_nobodys_address_and_another_verb_are_answered_there(acme: Tenant) -> None:
    assert knock(f"/hooks/{'x' * 43}/")[0] == "404 Not Found"
    assert knock(f"/hooks/{'x' * 43}/", method="GET")[0] == "405 Method Not Allowed"


@pytest.mark.parametrize("path", ["/", "/hooks/", "/hooks", "/hooks/a/b/", "/hooks/abc", "/orders/hooks/x/"])
def test_everything_else_goes_on_to_the_product(path: str) -> None:
    assert knock(path)[2] == b"the product, " + path.encode()


def test_a_fault_of_ours_is_logged_and_the_sender_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    with mock.patch("console.hook_door.hook", side_effect=RuntimeError("a fault of ours")):
        status, _, content = knock(f"/hooks/{'x' * 43}/")
    assert (status, content) == ("500 Internal Server Error", b"not stored, send it again")
    assert "a fault of ours" in caplog.text
