"""Every link of every page leads somewhere for whoever is offered it: no page of nobody, no act behind a link."""

from collections import Counter
from collections.abc import Callable
from html import unescape
from re import findall, sub

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.routes import PAGES, ROLES, WHEN, prepared
from tests.console.working import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = ("/static/", "/accounts/", "/api/")
FOLLOWED = 4


def links(html: str, here: str) -> set[str]:
    """The addresses of a page that stay in the console, fragments left out."""
    found = {unescape(href).partition("#")[0] for href in findall(r'<a [^>]*href="([^"]*)"', html)}
    inside = {href if href.startswith("/") else f"{here.partition('?')[0]}{href}" for href in found if href}
    return {href for href in inside if not href.startswith(ELSEWHERE) and "://" not in href}


def alike(href: str) -> str:
    """What links of one loop share: numbers, ids and days told apart no more."""
    return sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+", "#", href)


def broken(client: Client, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """Links that do not answer 200 or lead on, with the page that offers them; of those that look alike the first ones."""
    offered: dict[str, str] = {}
    shapes: Counter[str] = Counter()
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming and "text/html" in answer["Content-Type"]:
            for href in links(answer.content.decode(), address):
                shapes[alike(href)] += href not in offered
                if shapes[alike(href)] <= FOLLOWED:
                    offered.setdefault(href, address)
    answers = {href: client.get(href).status_code for href in offered}
    return {href: (status, offered[href]) for href, status in answers.items() if status not in (200, 302)}


@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_every_page_can_be_followed(role: str, acme: Tenant, user_of: Callable[..., User]) -> None:
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = signed_in(user_of("The Reader", role))
        assert broken(client, [page.address.format(**words) for page in PAGES.values()]) == {}
