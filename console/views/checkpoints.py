"""Checkpoints: the list, one version as a sentence of fields, and the acts that move a version on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.checkpoint_form import blank_clause, document_of, place, typed_from
from console.display import moment
from console.pages.checkpoint import Given, version_page
from console.pages.checkpoint_effect import effect_part
from console.pages.checkpoint_fields import sentence_fields
from console.pages.checkpoints import checkpoints_page, lift_words
from console.pages.proposal import sent_words
from console.pages.words import as_sentence, new_key
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation import settings_page
from reconciliation.approvals.inbox import open_request_about
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, ChangedSinceAsked
from reconciliation.permissions import Permission
from reconciliation.policies.approved import versions_agreed
from reconciliation.policies.discard_version import discard_version
from reconciliation.policies.listing import all_checkpoints, versions_of
from reconciliation.policies.overrides import all_overrides, standing_for
from reconciliation.policies.request_activation import request_activation, request_retirement
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from reconciliation.policies.versions import active_of, require_new, version_of

SEE, CHANGE = Permission.VIEW_POLICIES, Permission.SET_UP
NEW = {"key": "", "title": "", "owner": "policy admins", "precedence": "1000", "clauses": [blank_clause()]}


@opens(SEE)
def checkpoints(request: Signed) -> HttpResponse:
    """GET /checkpoints/"""
    lifted = sum(x.state == "on" for x in all_overrides(request.at))
    return render(
        request, "checkpoints/list.html", checkpoints_page(all_checkpoints(request.at), lifted, request.actor)
    )


@opens(SEE)
def checkpoint_of(request: Signed, key: str) -> HttpResponse:
    """GET /checkpoints/<key>/: the version in force, else the newest."""
    found = versions_of(key)
    shown = next((v for v in found if v.state == "active"), found[0])
    return _version(request, key, shown.number)


@opens(SEE)
def checkpoint(request: Signed, key: str, number: int) -> HttpResponse:
    """GET /checkpoints/<key>/<number>/"""
    return _version(request, key, number)


@opens(CHANGE)
def checkpoint_new(request: Signed) -> HttpResponse:
    """GET /checkpoints/new/"""
    return _new(request, NEW)


@writes(CHANGE)
def checkpoint_begin(request: Signed) -> HttpResponse:
    """POST /checkpoints/begin/: the first draft of a new checkpoint; asked by a change of its form, the form alone."""
    typed = typed_from(request.POST, "")
    if "add" in request.POST or "drop" in request.POST or request.headers.get("HX-Request"):
        return _new(request, typed)
    try:
        require_new(typed["key"])
        made = save_draft(document=document_of(typed), seen_edits=None, actor=request.actor, at=request.at)
    except BadInput as refusal:
        return _new(request, typed, str(refusal), place(refusal.where))
    return redirect("checkpoint", made.policy.key, made.number)


@writes(CHANGE)
def checkpoint_draft(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/draft/: the next version begins with these words."""
    made = save_draft(document=version_of(key, number).document, seen_edits=None, actor=request.actor, at=request.at)
    return redirect("checkpoint", key, made.number)


@writes(CHANGE)
def checkpoint_save(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/save/: the draft as it is written now."""
    typed, edits = typed_from(request.POST, key), text_of(request.POST, "edits", 9)
    if "add" in request.POST or "drop" in request.POST:
        return _version(request, key, number, typed=typed)
    live = bool(request.headers.get("HX-Request"))
    try:
        document = document_of(typed, whole=not live)
        save_draft(
            document=document, seen_edits=int(edits) if edits.isascii() and edits.isdigit() else -1, actor=request.actor,
            at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        return _version(
            request, key, number, typed=typed, problem=as_sentence(str(refusal)), where=place(refusal.where)
        )
    except ChangedSinceAsked as refusal:
        return _version(request, key, number, 409, typed=typed, problem=as_sentence(str(refusal)))
    if live:
        return _version(request, key, number, typed=typed)
    return redirect("checkpoint", key, number)


@writes(CHANGE)
def checkpoint_evaluate(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/evaluate/"""
    made = start_evaluation(key=key, number=number, actor=request.actor, at=request.at)
    messages.info(request, f"{made} decides in the shadow from now on.")
    return redirect("checkpoint", key, number)


@writes(CHANGE)
def checkpoint_discard(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/discard/"""
    made = discard_version(key=key, number=number, actor=request.actor, at=request.at)
    messages.info(request, f"{made} is discarded; it stays on record.")
    return redirect("checkpoint-of", key)


@writes(CHANGE)
def checkpoint_activate(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/activate/: a request, which a second person decides."""
    note, sent = text_of(request.POST, "note", 2001), text_of(request.POST, "key", 64)
    backtest = effect_part(version_of(key, number), request.at)["summary"]
    made = request_activation(
        key=key, number=number, note=note, idempotency_key=_key(sent), actor=request.actor, at=request.at, backtest=backtest
    )  # fmt: skip
    return _sent(request, made)


@writes(CHANGE)
def checkpoint_retire(request: Signed, key: str) -> HttpResponse:
    """POST /checkpoints/<key>/retire/: a request, which a second person decides."""
    note, sent = text_of(request.POST, "note", 2001), text_of(request.POST, "key", 64)
    made = request_retirement(key=key, note=note, idempotency_key=_key(sent), actor=request.actor, at=request.at)
    return _sent(request, made)


def _sent(request: Signed, made: Made) -> HttpResponse:
    others = who_could_decide(made.id, at=request.at)
    messages.info(request, sent_words(made, len(others)))
    return redirect("approval", made.number)


def _key(sent: str) -> str:
    if not sent.isalnum():
        raise BadInput("the form carries no key", "key")
    return sent


def _assets() -> list[str]:
    return [a.code for a in settings_page.assets()]


def _new(request: HttpRequest, typed: dict[str, Any], problem: str = "", where: str = "") -> HttpResponse:
    edit = {
        "href": reverse("checkpoint-begin"), "edits": 0, "problem": as_sentence(problem) if problem else "", "where": where,
        "verb": "Keep as draft v1", "says": "a draft decides nothing", **sentence_fields(typed, None, _assets()),
    }  # fmt: skip
    page = {"edit": edit, "list_href": reverse("checkpoints")}
    if request.headers.get("HX-Request"):  # what was chosen decides what else can be; nothing is kept yet
        return render(request, "checkpoints/parts/sentence.html", page)
    return render(request, "checkpoints/new.html", page, status=400 if problem else 200)


def _version(request: Signed, key: str, number: int, status: int = 400, **typed: Any) -> HttpResponse:
    version = version_of(key, number)
    others, active = versions_of(key), active_of(version.policy_id)
    waiting = open_request_about("activate_checkpoint", key)
    lifted = [
        {"ref": str(o), "href": reverse("checkpoint-overrides"), "until": moment(o.ends_at), "says": lift_words(o)}
        for o in standing_for(version.policy_id, request.at) if version.state == "active"
    ]  # fmt: skip
    given = Given(
        version,
        active,
        others,
        _assets(),
        waiting=str(waiting or ""),
        lifted=lifted,
        agreed=versions_agreed(key),
        **typed,
    )
    page = version_page(given, actor=request.actor, at=request.at, key=new_key()) | effect_part(version, request.at)
    if waiting is not None and waiting.payload["version_id"] == version.id:
        page["waiting"] = {"ref": str(waiting), "href": reverse("approval", args=[waiting.number])}
    if request.headers.get("HX-Request") and page["edit"]:
        return render(request, "checkpoints/saved.html", page)
    return render(request, "checkpoints/version.html", page, status=status if given.problem else 200)
