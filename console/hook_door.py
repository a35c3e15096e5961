"""The way of a delivery past everything that serves people: sessions, cookies, pages. It needs none of it, comes in bursts, and
its sender gives up soon. The same view answers under Django's own address, where tests and the development server find it."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from console.hooks import hook

PATH = "/hooks/"
log = logging.getLogger("plumbline.hooks")
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class HookDoor:
    """A WSGI application in front of another: answers /hooks/<token>/ itself. No signal of Django's is sent for it, so that
    the thread's connection stays open from one delivery to the next."""

    def __init__(self, product: Wsgi) -> None:
        self._product = product

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        token = path[len(PATH) : -1]
        if not path.startswith(PATH) or not path.endswith("/") or not token or "/" in token:
            return self._product(environ, start_response)
        try:
            answer = hook(WSGIRequest(environ), token)
        except Exception:
            log.exception("a delivery could not be taken")
            answer = HttpResponse("not stored, send it again", status=500, content_type="text/plain; charset=utf-8")
        content: bytes = answer.content
        headers = [*answer.items(), ("Content-Length", str(len(content)))]
        start_response(f"{answer.status_code} {answer.reason_phrase}", headers)
        return [content]
