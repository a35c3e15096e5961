from reconciliation.errors import Refusal


class NotSent(Refusal):
    """A receiver was not told, in words that hold no address and no key."""

    code = "not_sent"


class NeverSent(NotSent):
    """No further try could tell it: it is given up at once."""

    final = True


class AlreadyAcknowledged(Refusal):
    code = "already_acknowledged"
