"""A case of a wrong sign: which use case posted it, and whether a rule is in force by which it can be put right."""

from dataclasses import dataclass

from ledger.models import LedgerTransaction
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.members import rows
from reconciliation.errors import NoCorrection
from reconciliation.postings.models import PostingRule
from reconciliation.postings.rule_versions import rule_in_force

WRONG_SIGN = 3


@dataclass(frozen=True, slots=True)
class WrongSign:
    """`rule` is the one in force, None without one; `refused` says why nothing can be corrected by it, "" when it can."""

    use_case: str
    rule: PostingRule | None
    refused: str = ""


def wrong_sign_of(case: ExceptionCase) -> WrongSign | None:
    """None where the case is none of a wrong sign. Three short queries."""
    if case.cause != WRONG_SIGN or case.bank_account is None:
        return None
    own = [row for side, row, _ in case.evidence["rows"] if side == 0]
    used = set(LedgerTransaction.objects.filter(id__in=own, reverses=None).values_list("use_case", flat=True))
    if len(used) != 1:
        return WrongSign(", ".join(sorted(used)), None, f"{case} shows postings of more than one use case")
    (use_case,) = used
    rule = rule_in_force(use_case)
    if rule is None:
        return WrongSign(use_case, None, f"{use_case} has no posting rule yet; a policy admin sets the right one first")
    if not rows("against_one", directions=rule.directions, ids=own):
        return WrongSign(
            use_case,
            rule,
            f"{rule} says what {use_case} posted; a corrected rule comes into force first: a policy admin"
            " proposes it in Settings, Posting rules, and a second person approves it",
        )
    return WrongSign(use_case, rule)


def rule_to_correct_by(case: ExceptionCase) -> PostingRule:
    """The rule in force, newer than what it contradicts. Raises NoCorrection."""
    found = wrong_sign_of(case)
    if found is None:
        raise NoCorrection(f"{case} is no case of a wrong sign in a use case")
    if found.refused or found.rule is None:
        raise NoCorrection(found.refused)
    return found.rule
