"""Security incidents: the list, one with what was done about it, and the acts on it. Its release is decided under Approvals."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from console.incident_forms import AskRelease, RecordCall, WriteNote
from console.pages.incidents import incident_page, incidents_page
from console.pages.links import links_for
from console.pages.proposal import sent_words
from console.pages.words import as_sentence
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, NotHeld
from reconciliation.permissions import Permission
from reconciliation.recovery.hand_out import hand_out
from reconciliation.recovery.incident_pages import all_incidents, whole_incident
from reconciliation.recovery.note_incident import note_incident
from reconciliation.recovery.record_call import record_call
from reconciliation.recovery.request_release import request_release


@opens(Permission.VIEW_INCIDENTS)
def incidents(request: Signed) -> HttpResponse:
    """GET /incidents/"""
    return render(request, "incidents/list.html", incidents_page(all_incidents(), links_for(request.actor)))


@opens(Permission.VIEW_INCIDENTS)
def incident(request: Signed, number: int) -> HttpResponse:
    """GET /incidents/<number>/"""
    return _incident(request, number)


@writes(Permission.WORK_INCIDENTS)
def call(request: Signed, number: int) -> HttpResponse:
    """POST /incidents/<number>/calls/"""
    form = RecordCall(request.POST)

    def act(key: str) -> HttpResponse:
        record_call(number=number, **form.asked(), key=key, actor=request.actor, at=request.at)
        messages.info(request, f"The call is on record for IN-{number}.")
        return redirect("incident", number)

    return _acted(request, number, form, "call", act)


@writes(Permission.WORK_INCIDENTS)
def note(request: Signed, number: int) -> HttpResponse:
    """POST /incidents/<number>/notes/"""
    form = WriteNote(request.POST)

    def act(key: str) -> HttpResponse:
        note_incident(number=number, text=form.cleaned_data["text"], key=key, actor=request.actor, at=request.at)
        messages.info(request, f"The note is kept with IN-{number}.")
        return redirect("incident", number)

    return _acted(request, number, form, "note", act)


@writes(Permission.RELEASE_INCIDENT)
def release(request: Signed, number: int) -> HttpResponse:
    """POST /incidents/<number>/release/: a request, which a second person decides."""
    form = AskRelease(request.POST)

    def act(key: str) -> HttpResponse:
        made = request_release(
            number=number, **form.cleaned_data, idempotency_key=key, actor=request.actor, at=request.at
        )
        messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
        return redirect("incident", number)

    return _acted(request, number, form, "release", act)


@writes(Permission.DOWNLOAD_EVIDENCE)
def evidence(request: Signed, number: int) -> StreamingHttpResponse:
    """POST /incidents/evidence/<number>/: the sealed file, piece by piece. An act, because it is audited."""
    handed = hand_out(number=number, actor=request.actor, at=request.at)
    headers = {"Content-Disposition": f'attachment; filename="{handed.name}"', "Content-Length": str(handed.size)}
    return StreamingHttpResponse(handed.pieces, content_type="application/zip", headers=headers)


def _acted(
    request: Signed, number: int, form: forms.Form, name: str, act: Callable[[str], HttpResponse]
) -> HttpResponse:  # fmt: skip
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    if not form.is_valid():
        return _incident(request, number, bound={name: form})
    try:
        return act(key)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _incident(request, number, bound={name: form})
    except NotHeld as refusal:  # before anything was written; what was typed stays, to be sent again
        request.answered = refusal
        form.add_error(None, as_sentence(f"{refusal}"))
        return _incident(request, number, 409, bound={name: form})


def _incident(
    request: Signed, number: int, refused: int = 400, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    shown: dict[str, Any] = {
        "call": RecordCall(initial={"called_at": request.at}), "note": WriteNote(), "release": AskRelease(),
    }  # fmt: skip
    page = incident_page(
        whole_incident(number), request.actor, shown | (bound or {}), links_for(request.actor), request.at
    )
    return render(request, "incidents/incident.html", page, status=refused if bound else 200)
