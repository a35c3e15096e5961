"""The one table from refusal to HTTP status, for pages, fragments and the API alike."""

from ledger import errors as ledger_errors
from ledger.errors import LedgerRefusal
from reconciliation import errors
from reconciliation.bank.errors import StatementRefused

STATUS: dict[type[Exception], int] = {
    errors.NotPermitted: 403,
    errors.CheckerIsMaker: 403,
    errors.ReauthenticationNeeded: 403,
    errors.NotFound: 404,
    ledger_errors.UnknownTransaction: 404,
    ledger_errors.AmbiguousTransaction: 400,
    ledger_errors.UnknownAccount: 400,
    ledger_errors.BadPosting: 400,
    ledger_errors.Unbalanced: 400,
    errors.BadInput: 400,
    errors.ReasonMissing: 400,
    StatementRefused: 400,
}
CONFLICT = 409
REFUSALS = (LedgerRefusal, StatementRefused)


def status_of(refusal: Exception) -> int:
    """The HTTP status of a refusal; one that no row names is a conflict with what stands."""
    return next((STATUS[c] for c in type(refusal).__mro__ if c in STATUS), CONFLICT)
