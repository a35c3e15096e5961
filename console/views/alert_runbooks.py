"""Runbooks of alerts, read in the console: what to look at and what to do, beside the playbooks."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.links import links_for
from console.pages.playbooks import alert_runbook_page, alert_runbooks_page
from console.permitted import Signed, opens
from reconciliation.oversight.routing.runbooks import runbook
from reconciliation.permissions import Permission


@opens(Permission.VIEW_CASES)
def alert_runbooks(request: Signed) -> HttpResponse:
    """GET /playbooks/alerts/"""
    return render(request, "playbooks/alerts.html", alert_runbooks_page(links_for(request.actor)))


@opens(Permission.VIEW_CASES)
def alert_runbook(request: Signed, key: str) -> HttpResponse:
    """GET /playbooks/alerts/<key>/"""
    return render(request, "playbooks/alert.html", alert_runbook_page(runbook(key), links_for(request.actor)))
