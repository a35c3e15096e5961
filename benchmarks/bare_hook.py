"""The floor of bench webhook, served beside the product by the same server: what came is inserted as it is, one statement,
committed, answered. No address, no signature, no tenant, no row policy."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import psycopg

from console.wsgi import application as product

PATH = "/bare/"
_own = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The product, and at /bare/ the floor."""
    if environ["PATH_INFO"] != PATH:
        answer: Iterable[bytes] = product(environ, start_response)
        return answer
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    head = quote(repr([(k, v) for k, v in environ.items() if k.startswith("HTTP_")]))
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(
            os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1), autocommit=True
        )
    _own.connection.execute("INSERT INTO bare_delivery (head, body) VALUES (%s, %s)", [head, body], prepare=True)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"stored"]
