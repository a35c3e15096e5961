"""What a request rests on, in words: what still holds in few sentences, what does not each by itself."""

from collections.abc import Sequence
from typing import Any

from console.display import plain
from reconciliation.approvals.checks import Check

# Facts that belong together read as one sentence while all of them hold.
TOGETHER: tuple[tuple[tuple[str, ...], str], ...] = (
    (("status", "reversed_by", "corrected_by"), "{what} is still {status}, not reversed and not posted anew"),
    (("status", "undone_by", "corrected_by"), "{what} counts for nothing, as before, and is not posted anew"),
    (("entries_sha256", "metadata_sha256", "effective_on"), "Its entries, metadata and day are those on this page"),
    (("case_open", "case_contribution", "case_lines"), "{case} is open, its difference and bank lines are unchanged"),
    (
        ("case_stands", "case_class", "case_difference", "case_rows"),
        "{case} waits, its class, difference and rows are unchanged",
    ),
    (("security_hold", "policy"), "No security hold on its accounts, and policy still asks for the same"),
    (("version_in_force", "policy"), "Nobody set other terms meanwhile, and policy still asks for the same"),
    (("rule_in_force", "members"), "The same rule is in force, and exactly these postings stand against it"),
    (("rule_in_force", "policy"), "Nobody set another rule meanwhile, and policy still asks for the same"),
    (("calendar_in_force", "policy"), "Nobody changed the calendar meanwhile, and policy still asks for the same"),
    (
        ("key_is_free", "payment_state", "policy"),
        "Nothing stands under its key, its payment is what it was at its provider, and policy still asks for the same",
    ),
    (
        ("key_is_free", "corrected_meanwhile"),
        "The line is not booked yet, and nothing else was corrected in {case} since its check",
    ),
    (
        ("key_is_free", "receipt_gone", "payment_state", "payment_expects"),
        "The receipt is still in suspense, and its payment is what it was at its provider and expects what it did",
    ),
    (("dated_on",), "Its day is dated as it was asked"),
    (
        ("period_state", "checklist", "policy"),
        "The period is still open, its checklist says what it said, and policy still asks for the same",
    ),
    (("period_state", "times_reopened", "policy"), "The period is still closed, and policy still asks for the same"),
    (("accrued",), "As much is accrued as it clears"),
    (("still_missing",), "So much is still missing of its payment in the book"),
    (("told",), "The bank says of it what its callback said"),
    (
        ("status", "payment_state", "policy"),
        "{what} is still {status}, its payment is what it was at its provider, and policy still asks for the same",
    ),
    (
        ("state", "document", "in_force"),
        "It is evaluated, its words are those on this page, and nobody put another version in force",
    ),
    (("in_force",), "The version that it is about is in force"),
    (("order_state", "policy"), "{what} stands where it stood, and policy still asks for the same"),
    (
        ("incident_open", "incident_cases", "evidence_sha256", "evidence_up_to_date", "policy"),
        "{what} stands open with the same cases, its evidence holds all that was said, and policy still asks for the same",
    ),
    (("partner_called",), "The partner was called since it stood open: {partner_called}"),
    (
        ("receiver_standing", "policy"),
        "The same receiver stands under the name, or none, and policy still asks for the same",
    ),
    (("case_held", "policy"), "{case} is no security hold, and policy still asks for the same"),
)
BROKEN = {
    "status": "{what} was {was} and is {now}",
    "reversed_by": "{what} was reversed in the meantime",
    "undone_by": "{what} was reversed in the meantime",
    "corrected_by": "{what} was posted anew in the meantime",
    "security_hold": "Security hold: {now}",
    "case_open": "{case} was resolved in the meantime",
    "case_contribution": "The difference of {case} changed",
    "case_lines": "Other bank lines stand behind {case} now",
    "case_stands": "{case} was resolved in the meantime",
    "case_class": "{case} is of another class now",
    "case_difference": "The difference of {case} changed",
    "case_rows": "Other rows stand behind {case} now",
    "case_held": "{case} is a security hold now",
    "state": "It was {was} and is {now}",
    "document": "It has other words now",
    "in_force": "v{now} is in force by now; the request was made on v{was}",
    "key_is_free": "It was posted under its key in the meantime",
    "corrected_meanwhile": "{now} was carried out in the meantime, and no check has looked at {case} since",
    "accrued": "Another amount is accrued by now: some was cleared or accrued in the meantime",
    "payment_expects": "Its payment expects something else by now: another amount, other receipts or another state of its order",
    "receipt_gone": "The receipt is in suspense no more: {now}",
    "payment_state": "Its payment was {was} at its provider and is {now}",
    "still_missing": "What was missing of its payment was posted in the meantime",
    "told": "The bank said that it is {was} and says {now} by now",
    "order_state": "{what} was {was} and is {now}",
    "version_in_force": "Version {now} is in force by now; the request was made on {was}",
    "rule_in_force": "Version {now} of the rule is in force by now; the request was made on {was}",
    "receiver_standing": "Another receiver stands under this name by now, or none does",
    "members": "Other postings stand against the rule now: one was reversed in the meantime",
    "calendar_in_force": "Calendar {now} of the account is set by now; the request was made on {was}",
    "incident_open": "{what} was released in the meantime",
    "incident_cases": "Another case has come into {what}",
    "evidence_sha256": "Newer evidence of {what} is sealed",
    "evidence_up_to_date": "A call or note came after the evidence of {what} was sealed",
    "partner_called": "The last call since it stood open is another by now: {now}",
    "dated_on": "Books were closed or re-opened meanwhile: it would be dated {now} by now, not {was}",
    "first_open_day": "Books were closed or re-opened in the meantime",
    "period_state": "The period was {was} and is {now}",
    "checklist": "Its checklist says something else by now",
    "times_reopened": "It was re-opened in the meantime",
    "policy": "Policy asks for something else now",
}


def check_lines(checks: Sequence[Check], what: str, case: str) -> list[dict[str, Any]]:
    """[{ok, text}] of templates/approvals/parts/checks.html, what no longer holds first. `what` and `case` name the
    subject ("LT-…", "C-12")."""
    holding = {check.fact: check for check in checks if check.holds}
    told = [{"ok": False, "text": _broken(check, what, case)} for check in checks if not check.holds]
    for facts, sentence in TOGETHER:
        present = [fact for fact in facts if any(check.fact == fact for check in checks)]
        if len(present) == len(facts) and all(fact in holding for fact in present):
            status = holding["status"].now if "status" in holding else ""
            said = {fact: _word(holding[fact].now) for fact in facts} | {"what": what, "case": case, "status": status}
            told.append({"ok": True, "text": sentence.format(**said)})
            for fact in present:
                del holding[fact]
    return told + [{"ok": True, "text": f"{plain(fact).capitalize()} is unchanged"} for fact in sorted(holding)]


def _broken(check: Check, what: str, case: str) -> str:
    words = {"what": what, "case": case, "was": _word(check.was), "now": _word(check.now)}
    return BROKEN.get(check.fact, f"{plain(check.fact).capitalize()} changed").format(**words)


def _word(value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)
