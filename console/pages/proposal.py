"""The proposed correction of a case: entries as they will stand, the day before and after, and the form that asks."""

from typing import Any

from console.bars import STEP, bars
from console.display import money, short_day, signed
from console.pages.batch_correction import figures_context, progress_context
from console.pages.links import Link, link
from console.pages.next_steps import correction_of
from console.pages.words import drift_words, plural
from console.pages.written import amount
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.day_figures import DayFigures
from reconciliation.corrections.offer import Choice, Offer
from reconciliation.corrections.preview import DayPreview, Preview, PreviewEntry
from reconciliation.corrections.reason_codes import ALLOWED, WORDS

MOST_BARS = 8
BATCH = "correction.batch"
KINDS = {
    "reverse": "Reverse",
    "confirm": "Confirm",
    "repost": "Re-post",
    "book": "Book",
    "join": "Join",
    "apart": "Keep apart",
    BATCH: "Batch",
}
SENDS = {BATCH: "Send batch for approval"}


def proposal_context(
    case: ExceptionCase, found: Offer, *, key: str, why_not: str, who: str, to: Link
) -> dict[str, Any]:
    """What templates/exceptions/parts/proposal.html names. why_not: why it cannot be asked for now; who: to a reader
    whose role never asks, who does, in place of the form; to: the links that the reader may follow."""
    proposal = found.proposal
    lead, _, detail = proposal.sentence.replace("`", "").partition(". ")
    shown: dict[str, Any] = {
        "kind": KINDS.get(proposal.kind or "", "None" if case.state != "waiting_approval" else "Waits"),
        "words": correction_of(case, held=False, request=proposal.waits) if case.bank_account_id else "",
        "lead": f"{lead.rstrip('.')}.", "detail": detail,
        "others": [] if who else [_other(case, choice) for choice in found.choices],
        "requests_href": to("approvals") if case.state == "waiting_approval" else "",
    }  # fmt: skip
    if proposal.running:
        shown |= {"progress": progress_context(proposal.running, to), "follow_href": _follow_href(case)}
    if proposal.rule_of:
        shown |= _rule_first(proposal.rule_of, to)
    if proposal.gap and (href := to("model-gaps")):
        shown |= {"requests_href": href, "requests_label": "Model gaps"}
    if proposal.kind is None:
        return shown
    if proposal.kind == BATCH:
        return shown | _batch(case, found, key, why_not, who)
    shown |= {"form": None if who else _form(case, found, key, why_not), "who": who, "effect_href": ""}
    if found.preview is None:
        return shown | {"effect_href": _preview_href(case, proposal.kind, proposal.transaction)}
    if found.preview.refused and shown["form"]:
        shown["form"]["why_not"] = f"It would be refused: {found.preview.refused}."
    return shown | _effect(case, found.preview)


def _batch(case: ExceptionCase, found: Offer, key: str, why_not: str, who: str) -> dict[str, Any]:
    """A batch is worked out by itself, and asked for once its totals have been seen."""
    if found.batch is None:
        return {"effect_href": _preview_href(case, BATCH, ""), "who": who}
    form = None if who else _form(case, found, key, why_not)
    if form and (found.batch.refused or not found.batch.count):
        form["why_not"] = f"It would be refused: {found.batch.refused or 'nothing stands against the rule any more'}."
    return {"batch": figures_context(found.batch), "form": form, "who": who}


def _rule_first(use_case: str, to: Link) -> dict[str, str]:
    """The next step of a wrong sign while the rule that puts it right has not come: the mirrored one, to be looked at and sent."""
    href = to("settings-rules", use_case=use_case, turned="1")
    return {"requests_href": href, "requests_label": "Propose the corrected rule"} if href else {}


def _follow_href(case: ExceptionCase) -> str:
    return link("correction-preview", case=case.number)


def awaited_headline(request: ApprovalRequest) -> tuple[str, str]:
    """In place of a cause, while the check that follows a correction has still to run."""
    return "Corrected, not yet checked", f"{request} is carried out"


def awaited_context(request: ApprovalRequest, to: Link) -> dict[str, Any]:
    """The same box while the check that follows a correction has still to run: what was done, and no proposal."""
    return {
        "kind": "Carried out", "lead": f"{request} is carried out: {request.title}.",
        "detail": "The check of the day was asked for with it; it closes the case once the difference is gone.",
        "requests_href": to("approval", request.number), "requests_label": f"Open {request}",
    }  # fmt: skip


def sent_words(made: Made, others: int) -> str:
    """What is said to the maker of a request. others: how many hold one of its roles and are not its maker."""
    if made.state == "executed":
        return f"CR-{made.number} is carried out: policy lets it run at once"
    checkers = plural(made.quorum, " or ".join(made.roles).replace("_", " "))
    may = f"{others} may decide" if others else "nobody else holds the role yet"
    return f"CR-{made.number} waits for {checkers} other than you ({may})"


def _preview_href(case: ExceptionCase, kind: str, transaction: str) -> str:
    return link("correction-preview", case=case.number, kind=kind, transaction=transaction)


def _other(case: ExceptionCase, choice: Choice) -> dict[str, str]:
    return {
        "href": _preview_href(case, choice.kind, choice.transaction),
        "label": f"{KINDS[choice.kind].lower()} {choice.name}",
    }


def _form(case: ExceptionCase, found: Offer, key: str, why_not: str) -> dict[str, Any]:
    proposal = found.proposal
    kind = proposal.kind or ""
    # Of a booking the bank's line says which it is, of a re-post what stands behind the line.
    codes = (proposal.reason_code, "OTHER") if kind in ("book", "repost", "join", "apart") else ALLOWED[kind]
    return {
        "href": link("correction-request"), "key": key, "why_not": why_not, "reason": "",
        "fields": [("case", case.number), ("kind", kind), ("transaction", proposal.transaction)],
        "codes": [{"value": c, "label": WORDS[c], "on": c == proposal.reason_code} for c in codes],
        "policy": found.policy if found.at_once
        else f"{found.policy} The request expires after 24 h and is checked again when it runs.",
        "send": f"{KINDS[kind]} now" if found.at_once else SENDS.get(kind, "Send for approval"),
        "at_once": found.at_once,
        "reason_label": "Reason" if found.at_once else "Reason for the checker",
    }  # fmt: skip


def _effect(case: ExceptionCase, preview: Preview) -> dict[str, Any]:
    shown: dict[str, Any] = {"entries": [_entry(e) for e in preview.entries]}
    if not preview.days:
        return shown
    # Of a case between other planes the day that stops agreeing with its bank is the one to look at.
    opened = None if case.bank_account_id else next((d for d in preview.days if _opens(d)), None)
    day = opened or preview.days[0]
    shown["effect"] = {"label": f"{day.name}, {short_day(day.day)}", "rows": _figures(day)}
    drawn = _bars(case, day)
    if len(drawn) > 1:
        shown |= {
            "bars": drawn, "bars_height": 6 + len(drawn) * STEP + 20,
            "bars_says": "Contributions: " + "; ".join(f"{b.label} {b.text}" for b in drawn),
        }  # fmt: skip
    return shown | {"warning": _warning(day)}


def _entry(e: PreviewEntry) -> dict[str, Any]:
    figure = amount(e.amount_minor, e.currency)
    debit = e.direction == "DEBIT"
    return {"account": f"{e.account} {e.name}" if e.name != e.account else e.account,
    "debit": figure if debit else None,
            "credit": None if debit else figure}  # fmt: skip


def _figures(day: DayPreview) -> list[dict[str, Any]]:
    exponent = amount(0, day.currency).exponent
    now, after = day.now, day.after

    def row(label: str, name: str, write: Any, *, strong: bool = False) -> dict[str, Any]:
        before, then = getattr(now, name), getattr(after, name) if after else None
        return {
            "label": label, "now": write(before), "after": write(then) if after else "refused", "strong": strong,
            "now_tone": _tone(before), "after_tone": _tone(then),
        }  # fmt: skip

    def plain(value: int | None) -> str:
        return money(value, exponent)

    def difference(value: int | None) -> str:
        return signed(value, exponent)

    return [
        row("Ledger total", "ledger_total", plain),
        row("Statement total", "statement_total", plain),
        row("Net drift", "net", difference, strong=True),
        row("Gross", "gross", plain),
        row("Named differences", "count", str),
        row("Unexplained", "unexplained", plain),
    ]


def _tone(value: int | None) -> str:
    return "t-unknown" if value is None else "t-drift" if value else "t-clean"


def _bars(case: ExceptionCase, day: DayPreview) -> Any:
    """The day's contributions, this case first, then the largest; they share one scale."""
    mine = [d for d in day.now.differences if d.case == case.number]
    others = sorted((d for d in day.now.differences if d.case != case.number), key=lambda d: -abs(d.contribution))
    drawn = [(f"C-{d.case}, this case", amount(d.contribution, day.currency), True) for d in mine]
    drawn += [(f"C-{d.case}" if d.case else "no case", amount(d.contribution, day.currency), False) for d in others]
    return bars(drawn[:MOST_BARS])


def _opens(day: DayPreview) -> bool:
    """Whether the correction would open drift on a day that is clean."""
    return day.now.verdict == "CLEAN" and day.after is not None and day.after.count > 0


def _warning(day: DayPreview) -> dict[str, str] | None:
    """Said when a clean day would drift, or when correcting one of several makes the net grow: it hid part of another."""
    now, after = day.now, day.after
    if _opens(day) and after is not None:
        left = f"net {drift_words(amount(after.net, day.currency))}, {plural(after.count, 'named difference')}"
        text = f"{day.name} agrees with its bank on {short_day(day.day)}; after it that day would drift: {left}."
        return {"title": "It opens drift on a clean day.", "text": text}
    if after is None or now.net is None or after.net is None or not _hid_another(now, after):
        return None
    rest = ", ".join(f"C-{d.case}" for d in after.differences[:4] if d.case)
    text = f"This difference hid part of {rest or 'another one'}. "
    left = drift_words(amount(after.net, day.currency))
    text += f"{plural(after.count, 'named difference')} would be left, drift {left}."
    return {"title": "Net drift grows, gross falls.", "text": text}


def _hid_another(now: DayFigures, after: DayFigures) -> bool:
    return abs(after.net or 0) > abs(now.net or 0) and (after.gross or 0) < (now.gross or 0)
