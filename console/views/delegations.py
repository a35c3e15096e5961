"""Delegations: who decides for whom while they are away. Lent by whoever holds the role; ended by either, or by an admin."""

from django.http import HttpResponse
from django.shortcuts import render

from console.delegation_form import LendRole
from console.pages.delegations import delegations_page
from console.pages.settings import box
from console.pages.words import as_sentence
from console.permitted import Signed, opens, writes
from console.step_up import asks_for, is_really
from console.views.settings import done, say_beside
from reconciliation.approvals import delegations as found
from reconciliation.approvals.end_delegation import end_delegation
from reconciliation.approvals.lend_role import lend_role
from reconciliation.errors import BadInput, ReasonMissing, ReauthenticationNeeded
from reconciliation.permissions import Permission

SEE = Permission.VIEW_REQUESTS
WRONG = {"code": "The code is not right or was used already.", "password": "The password is not right."}


@opens(SEE)
def delegations(request: Signed) -> HttpResponse:
    """GET /settings/delegations/"""
    return _page(request, _form(request))


@writes(Permission.DECIDE_REQUEST)
def role_lend(request: Signed) -> HttpResponse:
    """POST /settings/delegations/lend/"""
    proof, form = asks_for(request.user), _form(request)
    if not form.is_valid():
        return _page(request, form, 400)
    said, proven = form.cleaned_data, None
    begins, ends = form.span(request.at)
    try:  # what is refused here has written nothing, and comes back beside the field that it is about
        proven = is_really(request.user, password=said.get("password", ""), code=said.get("code", ""))
        made = lend_role(
            role=said["role"], delegate=said["delegate"], from_at=begins, until_at=ends, reason=said["reason"],
            proven_at=request.at if proven else None, actor=request.actor, at=request.at,
        )  # fmt: skip
    except ReauthenticationNeeded as refusal:
        request.answered = refusal
        form.add_error(proof, WRONG[proof] if proven is False else as_sentence(f"{refusal}"))
        return _page(request, form, 403)
    except ReasonMissing as refusal:
        form.add_error("reason", as_sentence(f"{refusal}"))
        return _page(request, form, 400)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _page(request, form, 400)
    return done(
        request, f"{made.delegate} decides for you as {said['role'].replace('_', ' ')}.", "settings-delegations"
    )


@writes(SEE)
def delegation_end(request: Signed) -> HttpResponse:
    """POST /settings/delegations/end/"""
    number = request.POST.get("delegation", "")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise BadInput("which delegation?", "delegation")
    ended = end_delegation(
        delegation_id=int(number), reason=request.POST.get("reason", ""), actor=request.actor, at=request.at
    )
    return done(request, f"{ended.delegate} no longer decides for {ended.lender}.", "settings-delegations")


def _form(request: Signed) -> LendRole:
    return LendRole(
        request.POST if request.method == "POST" else None, roles=found.lendable(request.actor),
        people=found.may_borrow(request.actor), proof=asks_for(request.user), initial={"first": request.at.date()},
    )  # fmt: skip


def _page(request: Signed, form: LendRole, status: int = 200) -> HttpResponse:
    page = delegations_page(found.delegations(request.actor), request.actor, request.at)
    says = "They then decide in your name what waits for you: not what they asked for, and not what you asked for."
    lending = box("role-lend", form, "Lend your role", "Lend role", says) if found.lendable(request.actor) else None
    return render(request, "settings/delegations.html", page | {"box": lending}, status=status)
