"""What reconciliation refuses. Each class is a sentence, `code` is stable; console/http.py alone turns them into statuses."""

from typing import Any

from ledger.errors import LedgerRefusal


class Refusal(LedgerRefusal):
    code = "refused"


class NotPermitted(Refusal):
    code = "not_permitted"


class NotFound(Refusal):
    code = "not_found"


class ForbiddenByPolicy(Refusal):
    """`decision` is what policy said (checkpoints.rules.Decision), None where it could not be asked; whoever answers the
    refusal records it."""

    code = "forbidden_by_policy"

    def __init__(self, message: str, decision: Any = None) -> None:
        super().__init__(message)
        self.decision = decision


class Frozen(ForbiddenByPolicy):
    """A freeze window holds the move; the message names the window's subject and when it ends."""

    code = "frozen"


class NeedsApproval(ForbiddenByPolicy):
    """What came as no request waits for an approval: whoever can, asks for it."""

    code = "needs_approval"


class CheckerIsMaker(Refusal):
    code = "checker_is_maker"


class RequestNotOpen(Refusal):
    code = "request_not_open"


class AlreadyRequested(Refusal):
    code = "already_requested"


class AlreadyDecided(Refusal):
    code = "already_decided"


class ApprovalLapsed(Refusal):
    """An earlier approval counts no more, so nothing is executed."""

    code = "approval_lapsed"


class BatchRefused(Refusal):
    """One row of a batch cannot be approved, so none is; the message begins with its number."""

    code = "batch_refused"


class NotHeld(Refusal):
    """What is lent, given or taken away is not there, or is there already."""

    code = "not_held"


class ChangedSinceAsked(Refusal):
    code = "changed_since_asked"


class FiguresChanged(ChangedSinceAsked):
    """What was asked is the same, and what it would do is not what was shown."""


class ReasonMissing(Refusal):
    code = "reason_missing"


class CaseNotOpen(Refusal):
    code = "case_not_open"


class NoCorrection(Refusal):
    code = "no_correction"


class SecurityHold(Refusal):
    code = "security_hold"


class LastAdmin(Refusal):
    code = "last_admin"


class BadInput(Refusal):
    """`where` names the field or place."""

    code = "bad_input"

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


class CannotBe(BadInput):
    """Each field is well formed, and together, or beside what stands, they cannot be: due before placed, a row twice."""


class ReauthenticationNeeded(Refusal):
    code = "reauthentication_needed"
