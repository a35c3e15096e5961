"""Your tokens: what acts as the person who is signed in. Theirs alone: nobody makes, sees or ends them for another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.own_tokens import own_tokens_page
from console.permitted import Signed, opens, writes
from console.secrets_shown import show_once, shown_once
from console.step_up import asks_for, is_really
from console.token_form import MakeOwnToken
from reconciliation.errors import BadInput, ReauthenticationNeeded
from reconciliation.people.end_own_token import end_own_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.own_tokens import tokens_of
from reconciliation.permissions import Permission

OWN = Permission.OWN_TOKENS
WRONG = {"code": "The code is not right or was used already.", "password": "The password is not right."}


@opens(OWN)
def own_tokens(request: Signed) -> HttpResponse:
    """GET /tokens/"""
    return _page(request, MakeOwnToken(proof=asks_for(request.user)), issued=shown_once(request, "own"))


@writes(OWN)
def own_token_make(request: Signed) -> HttpResponse:
    """POST /tokens/make/. The page that follows shows the secret, once."""
    proof = asks_for(request.user)
    form = MakeOwnToken(request.POST, proof=proof)
    if not form.is_valid():
        return _page(request, form, status=400)
    said, proven = form.cleaned_data, None
    try:  # what is refused here has written nothing, and comes back beside the field that it is about
        proven = is_really(request.user, password=said.get("password", ""), code=said.get("code", ""))
        secret = make_own_token(
            name=said["name"], proven_at=request.at if proven else None, actor=request.actor, at=request.at
        )
    except ReauthenticationNeeded as refusal:
        form.add_error(proof, WRONG[proof] if proven is False else _sentence(refusal))
        return _page(request, form, status=403)
    except BadInput as refusal:
        form.add_error("name", _sentence(refusal))
        return _page(request, form, status=400)
    show_once(request, "own", said["name"], secret)
    return redirect("own-tokens")


@writes(OWN)
def own_token_end(request: Signed, token_id: int) -> HttpResponse:
    """POST /tokens/<id>/end/"""
    name = end_own_token(token_id=token_id, actor=request.actor, at=request.at)
    messages.info(request, f"Token {name} has ended.")
    return redirect("own-tokens")


def _sentence(refusal: Exception) -> str:
    return f"{refusal}"[:1].upper() + f"{refusal}."[1:]


def _page(
    request: Signed, form: MakeOwnToken, issued: tuple[str, str] | None = None, status: int = 200
) -> HttpResponse:
    page = own_tokens_page(tokens_of(request.actor), form, request.actor, request.at, issued)
    return render(request, "tokens/own.html", page, status=status)
