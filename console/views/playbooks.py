"""Playbooks: which signal leads where, and one of them whole."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.came_of import opened_of
from console.pages.links import links_for
from console.pages.playbooks import playbook_page, playbooks_page
from console.permitted import Signed, opens
from reconciliation.oversight.routing.open_cases import open_cases
from reconciliation.oversight.routing.playbooks import playbook
from reconciliation.permissions import Permission


@opens(Permission.VIEW_CASES)
def playbooks(request: Signed) -> HttpResponse:
    """GET /playbooks/"""
    return render(request, "playbooks/list.html", playbooks_page(open_cases(), links_for(request.actor)))


@opens(Permission.VIEW_CASES)
def playbook_of(request: Signed, key: str) -> HttpResponse:
    """GET /playbooks/<key>/?of=<what it was opened from, by name>"""
    to = links_for(request.actor)
    page = playbook_page(playbook(key), open_cases(), to, request.actor, opened_of(request.GET, to))
    return render(request, "playbooks/one.html", page)
