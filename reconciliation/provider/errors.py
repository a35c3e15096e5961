"""What reading a provider's payload refuses. One class: `code` tells the rules apart, `where` names the field."""


class PayloadRefused(Exception):
    """A body that cannot be read as its scheme's events. Nothing of it has been taken over; the raw delivery remains.

    `where` is the path of the field ("data.object.amount"); it is empty when the whole body is meant.
    """

    def __init__(self, code: str, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.code = code
        self.message = message
        self.where = where
