"""A BTCPay Server that runs in the test: it speaks the part of the Greenfield API that is asked, over a real socket."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

STORE = "St0re_1"
TOKEN = "an-api-token-not-real"


class Greenfield:
    """`invoices` are answered by their time, newest first; `answer` replaces the usual answer, `asked` are the queries."""

    def __init__(self) -> None:
        self.invoices: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        self.base_url = ""

    def add(self, ref: str, status: str, created: int, **more: Any) -> None:
        made = {
            "id": ref,
            "status": status,
            "createdTime": created,
            "amount": "1.00",
            "metadata": {"orderId": f"order-{ref}"},
        }
        self.invoices.append(made | more)

    def reply(self, path: str, query: dict[str, str], headers: Any) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(query)
        if self.answer is not None:
            return self.answer
        if headers.get("Authorization") != f"token {TOKEN}":
            return 401, {}, b'{"code": "unauthenticated"}'
        if path != f"/shop/api/v1/stores/{STORE}/invoices":
            return 404, {}, b"{}"
        first, last, skip, take = (int(query[name]) for name in ("startDate", "endDate", "skip", "take"))
        found = [i for i in self.invoices if first <= i["createdTime"] <= last]
        found.sort(key=lambda i: -i["createdTime"])
        return 200, {}, json.dumps(found[skip : skip + take]).encode()


@contextmanager
def greenfield() -> Iterator[Greenfield]:
    shop = Greenfield()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            status, headers, body = shop.reply(url.path, query, self.headers)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has heard enough

        def log_message(self, *said: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    shop.base_url = f"http://127.0.0.1:{server.server_address[1]}/shop"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
