"""The correction that fits a case, or why none does. Reads only; the maker still asks, a checker still decides."""

from dataclasses import dataclass
from datetime import date

from ledger.dating import dated
from ledger.errors import AlreadyReposted
from ledger.models import Entry, LedgerTransaction
from ledger.money import spoken
from ledger.periods import open_from
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.progress import Progress, running_for
from reconciliation.corrections.batches.wrong_sign import WrongSign, wrong_sign_of
from reconciliation.corrections.booking import Booking, booking_of, freeze_booking
from reconciliation.corrections.effective_day import correction_day, spoken_day
from reconciliation.corrections.exact_line import require_exact_line
from reconciliation.corrections.fitting import (
    ANEW,
    ANEW_OTHER,
    FAILS,
    JOINED,
    KEPT_APART,
    OTHER_AMOUNT,
    Behind,
    Fit,
    fit,
)
from reconciliation.corrections.fitting_planes import REPOSTED, fit_planes
from reconciliation.corrections.frozen import freeze
from reconciliation.corrections.gaps import gap_of
from reconciliation.corrections.joining import JOIN, frozen_joining
from reconciliation.corrections.posted_anew import confirmed_of
from reconciliation.corrections.reposting import repost_of
from reconciliation.corrections.target import RESOLVED, Target, holds_on, is_ambiguous, target_of, transaction_ids
from reconciliation.errors import NoCorrection

BATCH = "correction.batch"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`kind` is "reverse", "confirm", "repost", "book", "join", "apart", "correction.batch" or None; `sentence` says what would be
    done, or why nothing is proposed. `payload` is what would be frozen (reason and note still empty), for the kind's preview.
    `security` marks the hold panel, `holding` are the numbers of the cases that hold, `held_by` their ids. `rule_of`: the use case
    whose posting rule comes first; `running`: the batch that is correcting it. `gap`: no use case books the bank's code;
    `waits`: the number of the request that waits for a decision."""

    kind: str | None
    sentence: str
    transaction: str = ""
    effective_on: date | None = None
    payload: Payload | None = None
    reason_code: str = ""
    security: bool = False
    holding: tuple[int, ...] = ()
    held_by: tuple[int, ...] = ()
    rule_of: str = ""
    running: Progress | None = None
    gap: bool = False
    waits: int | None = None


def propose(case: ExceptionCase) -> Proposal:
    """What to do about a case. Needs a tenant scope."""
    if case.state == RESOLVED:
        return Proposal(None, f"The case is resolved: {case.resolution.replace('_', ' ')}.")
    held = holds_on(_accounts(case))
    if case.held or held:
        names = ", ".join(str(c) for c in held) or str(case)
        return Proposal(
            None, f"Security hold, {names}: the bank settled what we never initiated. "
            "Nothing on this account is corrected; keep the evidence and call security.", security=True,
            holding=tuple(c.number for c in held) or (case.number,), held_by=tuple(c.id for c in held),
        )  # fmt: skip
    open_one = ApprovalRequest.objects.filter(state="open", payload__case_id=case.id).order_by("id").first()
    if open_one is not None:
        said = f"{open_one} by {open_one.made_by_label} waits for a decision: {open_one.title}."
        return Proposal(None, said, waits=open_one.number)
    if sign := wrong_sign_of(case):
        return _batch(case, sign)
    if booking := booking_of(case):
        return _booking(booking)
    if gap := gap_of(case):
        return Proposal(None, gap.sentence, gap=True)
    if joining := _joining(case):
        return joining
    behind = _behind(case)
    found = _fit(case, list(behind.values()))
    if found.transaction_id is None:
        return Proposal(None, found.sentence)
    return _proposal(found, target_of(LedgerTransaction.objects.get(id=found.transaction_id), case))


def held_back(case: ExceptionCase) -> tuple[bool, int | None]:
    """Whether a security hold closes the account of a case to corrections, and the number of the request about it that waits for a
    decision. Two queries."""
    open_one = ApprovalRequest.objects.filter(state="open", payload__case_id=case.id).order_by("id").first()
    return case.held or bool(holds_on(_accounts(case))), open_one.number if open_one else None


def _booking(booking: Booking) -> Proposal:
    if booking.counter is None:
        return Proposal(None, booking.unset)
    on = dated(booking.on, open_from())
    sentence = (
        f"Book {booking.words} {booking.where}, effective {spoken_day(on)}. The posting carries the reference"
        " of the bank's line, by which the two then match."
    )
    payload = freeze_booking(booking, booking.counter, on)
    return Proposal("book", sentence, "", on.effective_on, payload, booking.reason_code)


def _batch(case: ExceptionCase, sign: WrongSign) -> Proposal:
    """Of a wrong sign: the batch by the rule in force, else the step before it."""
    if running := running_for(case):
        return Proposal(None, f"{running.request} is being carried out: {running.request.title}.", running=running)
    if sign.refused:
        said = f"The sign is wrong in the whole use case {sign.use_case}. {sign.refused[:1].upper()}{sign.refused[1:]}."
        return Proposal(None, said, rule_of=sign.use_case)
    sentence = (
        f"Reverse and re-post every posting of {sign.use_case} with the wrong sign, as {sign.rule} says, as one batch with one"
        " approval. Each keeps its own day and reference; the originals stay POSTED."
    )
    return Proposal(BATCH, sentence, payload={"case_id": case.id}, reason_code="WRONG_SIGN")


def _accounts(case: ExceptionCase) -> list[int]:
    """The ledger accounts that a correction of the case would touch."""
    if case.bank_account is not None:
        return [case.bank_account.ledger_account_id]
    entries = Entry.objects.filter(transaction_id__in=transaction_ids(case))
    return list(entries.values_list("account_id", flat=True).distinct())


def _fit(case: ExceptionCase, behind: list[Behind]) -> Fit:
    if case.bank_account is not None:
        return fit(
            case.exception_class,
            case.cause,
            case.evidence["rule"],
            behind,
            ambiguous=is_ambiguous(case),
        )
    standing = [b for b in behind if b.status == "POSTED" and not b.is_reversal and not b.reversed_by]
    confirmed = confirmed_of(case) if case.kind in REPOSTED else None
    return fit_planes(case.plane_pair, case.kind, standing, _pending(case), confirmed)


def _pending(case: ExceptionCase) -> list[str]:
    """What a failed confirmation would have confirmed: its case stands on the provider's row and holds no posting."""
    ids = [p[0] for p in case.evidence["postings"]] if case.kind == "confirmation_failed" else []
    return (
        [str(t) for t in LedgerTransaction.objects.filter(id__in=ids, status="PENDING").order_by("id")] if ids else []
    )


def _joining(case: ExceptionCase) -> Proposal | None:
    """Of a line with exactly one lone entry beside it."""
    own = [row for side, row, _ in case.evidence["rows"] if side == 0]
    if case.exception_class != "reference_mismatch" or not own:
        return None
    return proposed_joining(JOIN, target_of(LedgerTransaction.objects.get(id=own[0]), case))


def proposed_joining(kind: str, target: Target) -> Proposal:
    """What two people say of the line and the entry beside it, or why it cannot be said."""
    name = target.transaction
    try:
        payload = frozen_joining(kind, target)
    except NoCorrection as refusal:
        return Proposal(None, f"{refusal}.")
    said, code = (JOINED, "SAME_MONEY") if kind == JOIN else (KEPT_APART, "DIFFERENT_MONEY")
    on = date.fromisoformat(payload["effective_on"])
    return Proposal(kind, said.format(name=name), str(name.public_id), on, payload, code)


def proposed_repost(target: Target) -> Proposal:
    """The re-post of a transaction behind a case, or why there is none."""
    try:
        repost = repost_of(target)
    except (NoCorrection, AlreadyReposted) as refusal:
        said = f"{refusal}"
        return Proposal(None, f"{target.transaction} is not posted anew. {said[:1].upper()}{said[1:]}.")
    t, day = target.transaction, spoken_day(repost.on)
    amount = spoken(int(repost.anew[0]["amount_minor"]), repost.anew[0]["currency"])
    as_it_was = ANEW_OTHER if repost.reason_code == "WRONG_AMOUNT" else ANEW
    said = OTHER_AMOUNT if repost.undone else FAILS if repost.fails else as_it_was
    sentence = said.format(name=t, day=day, amount=amount, stands="FAILED" if t.status == "FAILED" else "reversed")
    return Proposal("repost", sentence, str(t.public_id), repost.on.effective_on, repost.frozen(), repost.reason_code)


def _proposal(found: Fit, target: Target) -> Proposal:
    if found.kind == "repost":
        return proposed_repost(target)
    if found.kind is None or (target.line_on is None and (found.kind == "confirm" or target.rule == 5)):
        return Proposal(None, "The bank's side of this case is more than one line; choose the transaction by hand.")
    try:
        if found.kind == "confirm":
            require_exact_line(target)
    except NoCorrection as refusal:
        said = f"{refusal}"
        return Proposal(None, f"{target.transaction} is not confirmed. {said[:1].upper()}{said[1:]}.")
    on = correction_day(
        found.kind,
        original_on=target.transaction.effective_on,
        rule=target.rule,
        line_on=target.line_on,
        open_from=open_from(),
    )
    sentence = found.sentence.format(name=target.transaction, day=spoken_day(on))
    payload = freeze(found.kind, target, on=on)
    return Proposal(
        found.kind, sentence, str(target.transaction.public_id), on.effective_on, payload, found.reason_code
    )


def _behind(case: ExceptionCase) -> dict[int, Behind]:
    own = {row for side, row, _ in case.evidence["rows"] if side == 0}
    known = set(case.evidence["known"])
    found = LedgerTransaction.objects.filter(id__in=transaction_ids(case)).order_by("id")
    reversals = {r.reverses_id: str(r) for r in LedgerTransaction.objects.filter(reverses_id__in=transaction_ids(case))}
    return {
        t.id: Behind(
            t.id, str(t), t.status, "own" if t.id in own else "known" if t.id in known else "related", t.use_case,
            t.reverses_id is not None, reversals.get(t.id, ""),
        )
        for t in found
    }  # fmt: skip
