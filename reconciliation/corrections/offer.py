"""What a case's page offers as its correction: the one that fits, or another that the reader chose, with its effect
and what policy will ask for. Reads only: the effect is worked out in a savepoint and taken back."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from ledger.errors import LedgerRefusal
from ledger.models import LedgerTransaction
from ledger.periods import open_from
from reconciliation.approvals.kinds import kind_named
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.rules import Decision, Move
from reconciliation.corrections.batches.frozen_batch import freeze_batch, policy_facts_of
from reconciliation.corrections.batches.members import members_against, require_correctable
from reconciliation.corrections.batches.preview import BatchPreview, preview_members
from reconciliation.corrections.batches.wrong_sign import rule_to_correct_by
from reconciliation.corrections.booking import policy_facts_of as booking_facts
from reconciliation.corrections.effective_day import correction_day, spoken_day
from reconciliation.corrections.exact_line import require_exact_line
from reconciliation.corrections.frozen import freeze
from reconciliation.corrections.joining import APART, JOIN, beside, target_beside
from reconciliation.corrections.preview import Preview, rows_touched
from reconciliation.corrections.propose import BATCH, Proposal, propose, proposed_joining, proposed_repost
from reconciliation.corrections.reason_codes import ALLOWED
from reconciliation.corrections.target import find_target, target_of, transaction_ids
from reconciliation.errors import CannotBe, NoCorrection
from reconciliation.postings.standing_facts import standing_facts

SENTENCES = {
    "reverse": "Reverse {name} with an equal and opposite transaction effective {day}. The original stays POSTED.",
    "confirm": "Move {name} from PENDING to POSTED, effective {day}. Its amounts and accounts stay as they are.",
}
MOST_CHOICES = 6
LATE = 5  # the cause of what the bank settled and our side does not count


@dataclass(frozen=True, slots=True)
class Choice:
    """A correction of a transaction behind the case; `transaction` is its public id ("" of a booking), `name` what people call
    it."""

    kind: str
    transaction: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """`preview` is None when nothing is proposed, or when it was not asked for. `policy` says who must agree; `at_once`:
    nobody, it runs when it is asked for."""

    proposal: Proposal
    preview: Preview | None
    policy: str
    choices: list[Choice]
    at_once: bool = False
    batch: BatchPreview | None = None


def offer(
    case: ExceptionCase,
    *,
    at: datetime,
    kind: str = "",
    transaction: str = "",
    effect: bool = True,
    most_rows: int | None = None,
) -> Offer:
    """The offer for a case; `kind` and `transaction` (public id) choose another correction. `effect`: whether to work
    out the days before and after; `most_rows`: not where these days held more rows when they
    were checked. Needs a tenant scope. Raises BadInput for a choice that is none."""
    found = propose(case)
    choices = _choices(case, found) if _is_free(case, found) else []
    if kind or transaction:
        chosen = next((c for c in choices if (c.kind, c.transaction) == (kind, transaction)), None)
        if chosen is None:
            raise CannotBe(f"{case} offers no such correction as things stand", "transaction")
        found = found if chosen.kind in ("book", BATCH) else _chosen(case, chosen)
    if found.kind == BATCH:
        others = [c for c in choices if c.kind != BATCH]
        # Worked out by itself: it reads every posting of the use case, where a case reads its day.
        return _batch(case, found, others, at) if kind else Offer(found, None, "", others)
    if found.kind is None or found.payload is None:
        return Offer(found, None, "", choices)
    effect = effect and (most_rows is None or rows_touched(found.payload) <= most_rows)
    preview = kind_named(found.kind).preview(found.payload, at) if effect else None
    others = [c for c in choices if (c.kind, c.transaction) != (found.kind, found.transaction)]
    said = _policy(found, at)
    policy = f"{said.policy_version}, clause {said.rule}: {said.reason}"
    return Offer(found, preview if isinstance(preview, Preview) else None, policy, others, said.outcome == "automatic")


def _batch(case: ExceptionCase, found: Proposal, others: list[Choice], at: datetime) -> Offer:
    rule = rule_to_correct_by(case)
    members = members_against(rule)
    shown, refused = preview_members(rule, members), ""
    try:
        require_correctable(rule, members)
    except NoCorrection as refusal:
        refused = str(refusal)
    facts = policy_facts_of(freeze_batch(case, rule, members, shown.totals)) | {"reason_code": found.reason_code}
    said = ask(Move(BATCH, facts), at)
    policy = f"{said.policy_version}, clause {said.rule}: {said.reason}"
    return Offer(found, None, policy, others, batch=replace(shown, refused=refused))


def _is_free(case: ExceptionCase, found: Proposal) -> bool:
    """Whether something may be asked for at all: the case is open, on no held account, and waits for no decision."""
    return not found.security and case.state not in ("resolved", "waiting_approval")


def _choices(case: ExceptionCase, found: Proposal) -> list[Choice]:
    """The booking that fits; what failed or was reversed behind a line, or stands at another amount, posted anew; every POSTED
    transaction behind the case reversed once, every PENDING one confirmed by a line."""
    booked = [Choice("book", "", "what the bank shows")] if found.kind == "book" else []
    booked += [Choice(BATCH, "", "every posting of its use case")] if found.kind == BATCH else []
    booked += _reposts(case, found)
    if case.exception_class == "reference_mismatch":
        alone = beside(case)[:MOST_CHOICES]
        kinds_said = (JOIN, APART) if len(alone) == 1 else (JOIN,)
        return booked + [Choice(kind, str(t.public_id), str(t)) for t in alone for kind in kinds_said]
    rows = LedgerTransaction.objects.filter(id__in=transaction_ids(case), reverses=None, reversal=None).order_by("id")
    has_line = any(side == 1 for side, _, _ in case.evidence["rows"])
    kinds = {"POSTED": "reverse", "PENDING": "confirm" if has_line else ""}
    standing = [(t, kinds.get(t.status, "")) for t in rows[: MOST_CHOICES * 2]]
    return (
        booked
        + [Choice(kind, str(t.public_id), str(t)) for t, kind in standing if kind and _would_go(kind, t, case)][
            :MOST_CHOICES
        ]
    )


def _would_go(kind: str, transaction: LedgerTransaction, case: ExceptionCase) -> bool:
    """Whether the line confirms it: at another amount, or of several, it is refused."""
    if kind != "confirm":
        return True
    try:
        require_exact_line(target_of(transaction, case))
    except NoCorrection:
        return False
    return True


def _reposts(case: ExceptionCase, found: Proposal) -> list[Choice]:
    if found.kind == "repost" and case.cause != LATE:
        original = LedgerTransaction.objects.get(public_id=found.transaction)
        return [Choice("repost", found.transaction, str(original))]
    if case.cause != LATE or case.bank_account_id is None:
        return []
    gone = Q(status="FAILED") | Q(reversal__isnull=False)
    rows = LedgerTransaction.objects.filter(gone, id__in=transaction_ids(case), reverses=None, correction=None)
    return [
        Choice("repost", str(t.public_id), str(t))
        for t in rows.order_by("id")[:MOST_CHOICES]
        if proposed_repost(target_of(t, case)).kind
    ]


def _chosen(case: ExceptionCase, choice: Choice) -> Proposal:
    try:
        if choice.kind in (JOIN, APART):
            return proposed_joining(choice.kind, target_beside(case, choice.transaction))
        target = find_target(choice.transaction, case.number)
        if choice.kind == "repost":
            return proposed_repost(target)
        on = correction_day(
            "confirm" if choice.kind == "confirm" else "reverse",
            original_on=target.transaction.effective_on, rule=target.rule, line_on=target.line_on,
            open_from=open_from(),
        )  # fmt: skip
    except (LedgerRefusal, ValueError) as refusal:
        return Proposal(None, f"{choice.name} cannot be corrected from here: {refusal}.")
    sentence = SENTENCES[choice.kind].format(name=choice.name, day=spoken_day(on))
    code = "POSTED_IN_ERROR" if choice.kind == "reverse" else ALLOWED[choice.kind][0]
    return Proposal(
        choice.kind, sentence, choice.transaction, on.effective_on, freeze(choice.kind, target, on=on), code
    )


def _policy(found: Proposal, at: datetime) -> Decision:
    payload = found.payload or {}
    if found.kind == "book":
        return ask(Move("correction.book", booking_facts(payload, found.reason_code)), at)
    original = LedgerTransaction.objects.get(id=payload["transaction_id"])
    facts = {"use_case": original.use_case, "reason_code": found.reason_code} | standing_facts(original.id)
    if found.reason_code == "WRONG_AMOUNT":
        facts["amounts"] = {payload["currency"]: payload["amount_minor"]}
    return ask(Move(kind_named(found.kind or "").move, facts, original.payment_id or ""), at)
