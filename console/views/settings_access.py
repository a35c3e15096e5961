"""Settings of who gets in: people with their roles, and the tokens of integrations."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect

from console import forms as typed
from console.pages import settings as pages
from console.pages.people import Beside, ending_box, people_page
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.secrets_shown import show_once, shown_once
from console.step_up import with_codes
from console.views.settings import CHANGE, SEE, done, form_page, say_beside
from reconciliation import settings_page as found
from reconciliation.approvals.access import rights_of
from reconciliation.approvals.delegations import in_force
from reconciliation.errors import BadInput
from reconciliation.people.add_person import add_person
from reconciliation.people.end_role import end_role
from reconciliation.people.end_token import end_token
from reconciliation.people.issue_token import issue_token
from reconciliation.people.store_token import LIFETIME


@opens(SEE)
def people(request: Signed) -> HttpResponse:
    """GET /settings/people/; ?find= by name or address; ?email= and ?role= ask whether that role is to end"""
    asked = {name: text_of(request.GET, name, 320) for name in ("email", "role")}
    return _people(request, typed.EndRole(initial=asked) if all(asked.values()) else typed.AddPerson())


@writes(CHANGE)
def person_add(request: Signed) -> HttpResponse:
    """POST /settings/people/add/"""
    form = typed.AddPerson(request.POST)
    if not form.is_valid():
        return _people(request, form)
    said = form.cleaned_data
    try:
        made = add_person(
            name=said["name"], email=said["email"], roles=[said["role"]], password=said["password"],
            actor=request.actor, at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        say_beside(form, refusal)
        return _people(request, form)
    return done(request, f"{made} holds the role {said['role'].replace('_', ' ')}.", "settings-people")


@writes(CHANGE)
def role_end(request: Signed) -> HttpResponse:
    """POST /settings/people/end/"""
    form = typed.EndRole(request.POST)
    if not form.is_valid():
        if "email" in form.errors or "role" in form.errors:
            raise BadInput("a sign-in and a role are named", "role")
        return _people(request, form)
    said = form.cleaned_data
    email, role = said["email"], said["role"]
    end_role(found.sign_in_of(email), role, actor=request.actor, at=request.at, reason=said["reason"])
    return done(request, f"{email} no longer holds the role {role.replace('_', ' ')}.", "settings-people")


def _people(request: Signed, form: forms.Form) -> HttpResponse:
    find, held = text_of(request.GET, "find", 120).strip(), found.people()
    persons = len({h.user.person_id for h in held})
    says = f"{persons} {'person' if persons == 1 else 'people'}, {len(held)} sign-in{'' if len(held) == 1 else 's'}."
    frame = pages.frame("settings-people", "People", says, request.actor)
    beside = Beside(with_codes(h.user.pk for h in held), rights_of(), in_force(request.at))
    page = people_page(held, beside, request.actor, find)
    box = pages.box("person-add", form, "Add a person or a role", "Add person")
    if isinstance(form, typed.EndRole):
        email, role = (str(form[name].value()) for name in ("email", "role"))
        box = ending_box(form, email, role, held)
    return form_page(request, "settings/people.html", frame | page, box, form)


@opens(SEE)
def tokens(request: Signed) -> HttpResponse:
    """GET /settings/tokens/"""
    return _tokens(request, typed.IssueToken(), shown_once(request, "issued"))


@writes(CHANGE)
def token_issue(request: Signed) -> HttpResponse:
    """POST /settings/tokens/issue/. The page that follows shows the secret, once."""
    form = typed.IssueToken(request.POST)
    if not form.is_valid():
        return _tokens(request, form)
    name = form.cleaned_data["name"]
    try:
        secret = issue_token(name=name, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _tokens(request, form)
    show_once(request, "issued", name, secret)
    return redirect("settings-tokens")


@writes(CHANGE)
def token_end(request: Signed) -> HttpResponse:
    """POST /settings/tokens/end/"""
    token, reason = request.POST.get("token", ""), request.POST.get("reason", "")
    if not (token.isascii() and token.isdecimal()) or len(token) > 18:
        raise BadInput("which token?", "token")
    name = end_token(token_id=int(token), reason=reason, actor=request.actor, at=request.at)
    return done(request, f"Token {name} has ended.", "settings-tokens")


def _tokens(request: Signed, form: forms.Form, issued: tuple[str, str] | None = None) -> HttpResponse:
    says = "What systems sign in with. Only a digest of each secret is kept."
    frame = pages.frame("settings-tokens", "Tokens", says, request.actor)
    page = pages.tokens_page(found.tokens(), request.actor, request.at, issued)
    lasts = f"It lasts {LIFETIME.days} days, or until you end it. The secret is shown once, on the next page."
    box = pages.box("token-issue", form, "Issue a token", "Issue token", lasts)
    return form_page(request, "settings/tokens.html", frame | page, box, form)
