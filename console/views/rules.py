"""Posting rules: in which direction the postings of a use case go, who said so, since when; and setting or proposing one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.pages import settings as pages
from console.pages.links import links_for
from console.pages.posting_rules import rules_page
from console.pages.proposal import sent_words
from console.pages.words import as_sentence
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.rule_form import PostingRuleForm, as_lines
from console.views.settings import CHANGE, SEE, done, form_page, say_beside
from reconciliation import settings_page as found
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.permissions import allowed
from reconciliation.postings.asked_rule import as_codes, mirrored
from reconciliation.postings.request_posting_rule import request_posting_rule
from reconciliation.postings.rule_pages import requests_of, waiting_rules
from reconciliation.postings.rule_versions import rule_in_force, rules_by_use_case
from reconciliation.postings.set_posting_rule import set_posting_rule


@opens(SEE)
def rules(request: Signed) -> HttpResponse:
    """GET /settings/rules/; ?use_case= fills the form with its rule in force, ?turned=1 with every direction turned"""
    use_case = text_of(request.GET, "use_case", 64)
    rule = rule_in_force(use_case) if use_case else None
    if rule is None:
        return _rules(request, PostingRuleForm(initial={"use_case": use_case}))
    directions = mirrored(as_codes(rule)) if text_of(request.GET, "turned") else as_codes(rule)
    return _rules(
        request, PostingRuleForm(initial={"use_case": use_case, "directions": as_lines(directions)}), later=True
    )


@writes(CHANGE)
def rule_set(request: Signed) -> HttpResponse:
    """POST /settings/rules/set/: the first version of a use case"""
    form = PostingRuleForm(request.POST)
    if not form.is_valid():
        return _rules(request, form)
    try:
        made = set_posting_rule(**form.cleaned_data, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _rules(request, form)
    return done(
        request,
        f"Posting rule {made} is in force; postings of {made.use_case} follow it from now on.",
        "settings-rules",
    )


@writes(CHANGE)
def rule_ask(request: Signed) -> HttpResponse:
    """POST /settings/rules/ask/: another version, for a second person to approve"""
    form = PostingRuleForm(request.POST)
    if not form.is_valid():
        return _rules(request, form, later=True)
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_posting_rule(**form.cleaned_data, idempotency_key=key, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _rules(request, form, later=True)
    except ReasonMissing as refusal:
        form.add_error("note", as_sentence(f"{refusal}"))
        return _rules(request, form, later=True)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("settings-rules")


def _rules(request: Signed, form: PostingRuleForm, *, later: bool = False) -> HttpResponse:
    versions, may = rules_by_use_case(), allowed(request.actor, CHANGE)
    says = "A posting that goes against the rule in force is refused. A later version comes into force by two people."
    frame = pages.frame("settings-rules", "Posting rules", says, request.actor)
    page = rules_page(versions, found.accounts(), requests_of(versions), waiting_rules(), links_for(request.actor), may)
    if later:
        use_case = form["use_case"].value()
        box = pages.box("posting-rule-ask", form, f"Propose another rule of {use_case}", "Send for approval",
                        "Who approves it is another person; until then the rule in force stays.")  # fmt: skip
    else:
        box = pages.box("posting-rule-set", form, "Set the first rule of a use case", "Set rule")
    return form_page(request, "settings/rules.html", frame | page, box, form)
