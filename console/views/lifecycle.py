"""The lifecycle, generated from policy and code: decision tree and state tables."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.lifecycle import signals_page, states_page, tree_page
from console.pages.links import links_for
from console.permitted import Signed, opens
from reconciliation.checkpoints.in_force import in_force
from reconciliation.oversight.lifecycle.decision_tree import decision_tree
from reconciliation.oversight.lifecycle.policies_in_force import policies_in_force
from reconciliation.oversight.lifecycle.signal_catalogue import signal_catalogue
from reconciliation.oversight.lifecycle.state_tables import state_tables
from reconciliation.permissions import Permission

SEE = Permission.VIEW_POLICIES


@opens(SEE)
def lifecycle(request: Signed) -> HttpResponse:
    """GET /lifecycle/"""
    limbs = decision_tree(policies_in_force())
    page = tree_page(limbs, in_force(sure=True), links_for(request.actor), request.at)
    return render(request, "lifecycle/tree.html", page)


@opens(SEE)
def states(request: Signed) -> HttpResponse:
    """GET /lifecycle/states/"""
    return render(request, "lifecycle/states.html", states_page(state_tables(), links_for(request.actor)))


@opens(SEE)
def signals(request: Signed) -> HttpResponse:
    """GET /lifecycle/signals/"""
    return render(request, "lifecycle/signals.html", signals_page(signal_catalogue(), links_for(request.actor)))
