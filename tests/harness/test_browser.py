"""The browser harness itself: a page reaches the application, and a refused script fails the test."""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.django_db(transaction=True)
def test_the_browser_reaches_the_application_under_its_policy(page: Page) -> None:
    reply = page.goto("/healthz")
    assert reply is not None
    assert "database" not in reply.json()["not_ready"]
    policy = reply.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


@pytest.mark.django_db(transaction=True)
def test_an_inline_script_does_not_run(page: Page) -> None:
    page.goto("/healthz")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("window.ran") is None
    page.complaints.clear()  # type: ignore[attr-defined]
