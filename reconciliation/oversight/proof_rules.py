"""Whether the integrity of the records is proven well enough to release on: verified, lately, against an anchor. Pure."""

from datetime import datetime, timedelta

HOLDS_FOR = timedelta(hours=26)  # a day's verification and two hours in which it may be late


def unproven(
    at: datetime, *, held: bool | None, verified_at: datetime | None, anchored_at: datetime | None
) -> list[str]:
    """What is missing as of `at`, in words; nothing when it is proven. `held` is what the last verification found, None without
    one; `anchored_at` is when the head of the chain was last kept outside the database."""
    told = []
    if held is None or verified_at is None:
        told.append("the ledger was never verified")
    elif not held:
        told.append("the last verification of the ledger found something that does not hold")
    elif at - verified_at > HOLDS_FOR:
        told.append(f"the ledger was last verified {_when(verified_at)}, and has to be once a day")
    if anchored_at is None:
        told.append("no head of the audit chain is anchored outside the database")
    elif at - anchored_at > HOLDS_FOR:
        told.append(f"the audit chain was last anchored outside the database {_when(anchored_at)}")
    return [f"integrity is not proven: {word}" for word in told]


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
