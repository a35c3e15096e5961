"""Matchers: by which terms the planes are matched, who changed them, and what runs found by them."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.links import links_for
from console.pages.matchers import matchers_page
from console.permitted import Signed, opens
from reconciliation.backtest.documents import MATCHER
from reconciliation.backtest.draft_pages import matcher_versions, recent_drafts, recent_runs
from reconciliation.permissions import Permission


@opens(Permission.VIEW_DRAFTS)
def matchers(request: Signed) -> HttpResponse:
    """GET /matchers/"""
    page = matchers_page(
        matcher_versions(), recent_drafts(MATCHER), recent_runs(), request.actor, links_for(request.actor)
    )
    return render(request, "matchers/list.html", page)
