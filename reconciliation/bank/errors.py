"""What reading a bank file refuses. One class: the stable `code` tells the rules apart, `where` names the place."""


class StatementRefused(Exception):
    """A file, or a statement in it, cannot be taken in. Nothing of it has been kept.

    `where` is a place a person can find ("line 118", "Stmt 1 Ntry 3 Amt"); it may be empty when the whole file is
    meant.
    """

    def __init__(self, code: str, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.code = code
        self.message = message
        self.where = where

    def within(self, place: str) -> "StatementRefused":
        """The same refusal seen from further out: the rule knows the field, the reader knows the line."""
        return StatementRefused(self.code, self.message, f"{place} {self.where}".strip())
