"""What a recovery run refuses."""

from reconciliation.errors import Refusal


class ScopeTaken(Refusal):
    """Another run stands open over a part of the same scope."""

    code = "scope_taken"


class GateClosed(Refusal):
    """A condition of the step's gate is not met; the message names it."""

    code = "gate_closed"


class TermsChanged(Refusal):
    """The matcher's terms are not those that the run was opened on; the message names what changed."""

    code = "terms_changed"


class NoRemedy(Refusal):
    """The request is no correction of the gap's own payment or order."""

    code = "no_remedy"
