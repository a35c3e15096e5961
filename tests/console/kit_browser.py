"""A browser tab that needs no server: pages come from the templates, files from static/."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"


@pytest.fixture(scope="session")
def kit_tab(browser: Any) -> Iterator[Any]:
    """A tab whose every request is answered from the templates and static files, under the real policy."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.complaints = complaints

    def answer(route: Any) -> None:
        address = route.request.url.split("kit.test", 1)[1].split("?")[0].split("#")[0]
        if address.startswith("/static/"):
            file = STATIC / address.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "font/woff2"
            route.fulfill(body=file.read_bytes(), content_type=kind)
            return
        if address in tab.answers:
            route.fulfill(**tab.answers[address](route.request))
            return
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=tab.bodies.get(address, ""), headers=headers)

    tab.bodies, tab.answers = {}, {}
    tab.route("**/*", answer)
    yield tab
    context.close()
