"""What the last verification of the chain said, for the badge beside the ledger's title."""

from typing import Any


def verified() -> dict[str, Any]:
    """{state, says} of the chain badge."""
    return {"state": "unverified", "says": "Not verified yet"}
