"""Endpoints in the settings: addresses and keys, where money is recognised, and how providers are asked. Each act is one
call of its use case; the page comes back when its form does not fit."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.endpoint_forms import ACTS, choices_of
from console.pages import endpoints as pages
from console.pages.settings import frame
from console.permitted import Signed, opens, writes
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed
from reconciliation.planes.fulfilment_pages import fulfilment_in_force
from reconciliation.planes.gap_pages import unheard
from reconciliation.planes.recognition_pages import rules_in_force
from reconciliation.planes.set_fulfilment import set_fulfilment
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.provider.add_key import add_key
from reconciliation.provider.end_endpoint import end_endpoint
from reconciliation.provider.end_key import end_key
from reconciliation.provider.endpoint_pages import known_endpoints
from reconciliation.provider.open_endpoint import open_endpoint
from reconciliation.provider.polling.end_polling import end_polling
from reconciliation.provider.polling.set_polling import set_polling
from reconciliation.settings_page import accounts, ledger_account

SEE, CHANGE = Permission.VIEW_SETTINGS, Permission.SET_UP
Said = dict[str, Any]


@opens(SEE)
def endpoints(request: Signed) -> HttpResponse:
    """GET /settings/endpoints/"""
    return _page(request)


@writes(CHANGE)
def endpoint_open(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/open/"""

    def act(said: Said) -> str:
        made = open_endpoint(**said, actor=request.actor, at=request.at)
        return f"Endpoint {made.name} is open: give its address to the provider, and add the provider's key."

    return _acted(request, "endpoint-open", act)


@writes(CHANGE)
def endpoint_end(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/end/"""

    def act(said: Said) -> str:
        ended = end_endpoint(
            endpoint_id=int(said["endpoint"]), reason=said["reason"], actor=request.actor, at=request.at
        )
        return f"Endpoint {ended.name} has ended."

    return _acted(request, "endpoint-end", act)


@writes(CHANGE)
def key_add(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/keys/add/. The key is sealed and shown never again."""

    def act(said: Said) -> str:
        made = add_key(endpoint_id=int(said["endpoint"]), secret=said["secret"], actor=request.actor, at=request.at)
        return f"Key …{made.hint} of {made.endpoint.name} is added; what is held may be replayed."

    return _acted(request, "key-add", act)


@writes(CHANGE)
def key_end(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/keys/end/"""

    def act(said: Said) -> str:
        ended = end_key(key_id=int(said["key"]), reason=said["reason"], actor=request.actor, at=request.at)
        return f"Key …{ended.hint} of {ended.endpoint.name} has ended."

    return _acted(request, "key-end", act)


@writes(CHANGE)
def recognition_set(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/recognition/. The asset is that of the account on which it is held."""

    def act(said: Said) -> str:
        at, asset = int(said.pop("endpoint")), ledger_account(said["hold"]).asset_id
        made = set_recognition(endpoint_id=at, asset=asset, **said, actor=request.actor, at=request.at)
        return f"What {made.endpoint.name} confirms in {made.asset} is recognised on {made.hold} from now on."

    return _acted(request, "recognition-set", act)


@writes(CHANGE)
def fulfilment_set(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/fulfilment/"""

    def act(said: Said) -> str:
        return f"Set: {set_fulfilment(**said, actor=request.actor, at=request.at)}."

    return _acted(request, "fulfilment-set", act)


@writes(CHANGE)
def polling_set(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/polling/. The token is sealed and shown never again."""

    def act(said: Said) -> str:
        made = set_polling(
            endpoint_id=int(said.pop("endpoint")), **said, private=settings.POLL_PRIVATE_HOSTS, actor=request.actor,
            at=request.at,
        )  # fmt: skip
        return f"The provider of {made.endpoint.name} is asked once an hour."

    return _acted(request, "polling-set", act)


@writes(CHANGE)
def polling_end(request: Signed) -> HttpResponse:
    """POST /settings/endpoints/polling/end/"""

    def act(said: Said) -> str:
        ended = end_polling(
            endpoint_id=int(said["endpoint"]), reason=said["reason"], actor=request.actor, at=request.at
        )
        return f"The provider of {ended.endpoint.name} is asked no more."

    return _acted(request, "polling-end", act)


def _acted(request: Signed, name: str, act: Callable[[Said], str]) -> HttpResponse:
    """Read the form, do the act, say what it did; the page again, with the reason, when the form does not fit."""
    known = known_endpoints(request.at)
    form = ACTS[name](request.POST, auto_id=f"{name}_%s", choices=choices_of(name, known, accounts()))
    if form.is_valid():
        try:
            messages.info(request, act(dict(form.cleaned_data)))
            return redirect("settings-endpoints")
        except BadInput as refusal:  # raised before anything is written
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
    return _page(request, (name, form))


def _page(request: Signed, failed: tuple[str, forms.Form] | None = None) -> HttpResponse:
    known, listed = known_endpoints(request.at), accounts()
    boxes = []
    for name, kind in ACTS.items() if allowed(request.actor, CHANGE) else ():
        choices = choices_of(name, known, listed)
        if failed and failed[0] == name:
            boxes.append(pages.box(name, failed[1]))
        elif all(choices.values()):
            boxes.append(pages.box(name, kind(auto_id=f"{name}_%s", choices=choices)))
    says = "Where providers deliver. Each address belongs to one account at one provider."
    open_ = unheard([k.endpoint.id for k in known], at=request.at)
    page = pages.endpoints_page(
        known, open_, rules_in_force(request.at), fulfilment_in_force(request.at), boxes, request.at,
        request.build_absolute_uri,
    )  # fmt: skip
    shown = frame("settings-endpoints", "Endpoints", says, request.actor) | page
    return render(request, "settings/endpoints.html", shown, status=400 if failed else 200)
