"""Checkpoints as YAML: out for review beside code, in as a draft."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.words import as_sentence
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.permissions import Permission
from reconciliation.policies.draft_in_hand import draft_in_hand
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.versions import version_of
from reconciliation.policies.yaml_text import LARGEST, from_yaml, to_yaml


@opens(Permission.VIEW_POLICIES)
def checkpoint_yaml(request: Signed, key: str, number: int) -> HttpResponse:
    """GET /checkpoints/<key>/<number>/yaml/"""
    text = to_yaml(version_of(key, number).document)
    named = {"Content-Disposition": f'attachment; filename="{key}-v{number}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=named)


@opens(Permission.SET_UP)
def checkpoint_import(request: Signed) -> HttpResponse:
    """GET /checkpoints/import/"""
    return _page(request)


@writes(Permission.SET_UP)
def checkpoint_read(request: Signed) -> HttpResponse:
    """POST /checkpoints/import/read/: the text becomes the draft of the checkpoint that its key names."""
    sent = request.FILES.get("file")
    try:
        text = sent.read(LARGEST + 1).decode() if sent else text_of(request.POST, "text", LARGEST + 1)
        document = from_yaml(text)
    except UnicodeDecodeError:
        return _page(request, problem="The file is not UTF-8 text.", where="file")
    except BadInput as refusal:
        return _page(request, text=text, problem=as_sentence(str(refusal)), where=refusal.where)
    try:
        made = save_draft(
            document=document, seen_edits=draft_in_hand(document["key"]), actor=request.actor, at=request.at
        )
    except NotPermitted as refusal:  # somebody else's draft: the text stays on the page
        request.answered = refusal
        return _page(request, text=text, problem=as_sentence(str(refusal)), where="key")
    return redirect("checkpoint", made.policy.key, made.number)


def _page(request: Signed, **said: Any) -> HttpResponse:
    return render(request, "checkpoints/import.html", said, status=400 if said.get("problem") else 200)
