"""The ways of a bank file into the product, by name: received, read, then confirmed or discarded; or all at one go."""

from reconciliation.bank.confirm_import import confirm_import
from reconciliation.bank.discard_import import discard_import
from reconciliation.bank.import_now import Imported, import_now
from reconciliation.bank.imports import ImportNotOpen, Outcome, find_import
from reconciliation.bank.read_statement import read_statement
from reconciliation.bank.receive_statement import Received, receive_statement

__all__ = [
    "ImportNotOpen", "Imported", "Outcome", "Received", "confirm_import", "discard_import", "find_import", "import_now",
    "read_statement", "receive_statement",
]  # fmt: skip
