"""Believable contexts for every page template, and a way to render them without a database. Names are made up."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path

from console.templatetags.shell import NAVIGATION
from console.views.kit import kit_context

NOW = datetime(2026, 11, 20, 15, 46, tzinfo=UTC)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("accounts/", include("allauth.urls"))] + [
    path("" if place.key == "home" else f"{place.key}/", _nothing, name=place.key)
    for _, places in NAVIGATION
    for place in places
]

SHELL = {
    "tenant": {"name": "Meskel Pay S.C.", "note": "Production, books in EAT"},
    "person": {"id": 7, "name": "Selamawit Gebreyohannes", "role": "Finance analyst"},
    "counts": {"home": 3, "exceptions": 312, "approvals": 7, "bank": 1},
    "hot": {"home", "bank"},
    "gate": {"state": "blocked", "word": "Release blocked, 0 of 7 clean days"},
    "verified": {"ok": True, "at": datetime(2026, 11, 20, 15, 30, tzinfo=UTC), "rows": 1204418},
    "banner": None,
}


def pages() -> dict[str, tuple[str, Callable[[], dict[str, Any]]]]:
    """Address → (template, context builder). One entry per page or state that is worth looking at."""
    return {
        "/kit/": ("kit.html", kit_context),
    }


def render(address: str) -> str:
    """The whole page as HTML. Needs ROOT_URLCONF = this module."""
    template, build = pages()[address]
    base = {"now": NOW, "shell": SHELL, "csrf_token": "token", "user": SimpleNamespace(is_authenticated=True)}
    return render_to_string(template, {**base, **build()})
