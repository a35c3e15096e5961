"""What the commerce plane refuses, beside what all of reconciliation does."""

from reconciliation.errors import Refusal


class OrderDiffers(Refusal):
    """The order is stored with another content; `where` names the row."""

    code = "order_differs"

    def __init__(self, message: str, where: str) -> None:
        super().__init__(message)
        self.where = where


class MoveNotAllowed(Refusal):
    code = "move_not_allowed"
