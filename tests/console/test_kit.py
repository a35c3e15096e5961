"""Every page template renders, obeys the house rules of markup, and axe finds nothing, in both themes."""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.console import kit_data

STATIC = Path(__file__).resolve().parents[2] / "static"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
ADDRESSES = sorted(kit_data.pages())


@pytest.fixture(autouse=True)
def own_urls() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.console.kit_data"):
        yield


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_keeps_the_rules_of_markup(address: str) -> None:
    html = kit_data.render(address)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "inline script"
    assert not re.search(r"\son[a-z]+=", html), "inline handler"
    assert not re.search(r"(?i)successfully|oops|something went wrong", html)
    assert "{{" not in html
    assert "{%" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)
    for form in re.findall(r'(?s)<form[^>]*method="post".*?</form>', html):
        assert "csrfmiddlewaretoken" in form


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_key_moves_money(address: str) -> None:
    for tag in re.findall(r"<button[^>]*>", kit_data.render(address)):
        if 'value="approve"' in tag or "data-no-key" in tag:
            assert "data-key" not in tag


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_disabled_button_has_its_reason_beside_it(address: str) -> None:
    html = kit_data.render(address)
    for tag in re.findall(r"<button[^>]*\sdisabled[^>]*>", html):
        reason = re.search(r'aria-describedby="([^"]+)"', tag)
        assert reason and f'id="{reason[1]}"' in html, tag


@pytest.fixture(scope="session")
def kit_tab(browser: Any) -> Iterator[Any]:
    """A tab whose every request is answered from the templates and the static folder, under the real policy."""
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
            route.fulfill(
                body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "font/woff2"
            )
            return
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(
            body=tab.bodies.get(address, ""), headers=headers, content_type="text/html; charset=utf-8"
        )

    tab.bodies = {}
    tab.route("**/*", answer)
    yield tab
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(kit_tab: Any, address: str, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    kit_tab.bodies[address] = kit_data.render(address)
    kit_tab.complaints.clear()
    kit_tab.emulate_media(color_scheme=theme)
    kit_tab.goto(f"http://kit.test{address}")
    assert kit_tab.evaluate("document.documentElement.dataset.bsTheme") == theme
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(kit_tab, options=options)
    assert not kit_tab.complaints, kit_tab.complaints
    assert found.violations_count == 0, found.generate_report()
