from reconciliation.errors import Refusal


class NotSent(Refusal):
    """A receiver was not told, in words that hold no address and no key."""

    code = "not_sent"


class AlreadyAcknowledged(Refusal):
    code = "already_acknowledged"


class ReceiverInUse(Refusal):
    code = "receiver_in_use"
