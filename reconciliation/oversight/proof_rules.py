"""Whether the integrity of the records is proven well enough to release on: verified, lately, against an anchor. Pure."""

from datetime import datetime, timedelta

HOLDS_FOR = timedelta(hours=26)  # a day's verification and two hours in which it may be late
NEVER, FAILED = (
    "the ledger was never verified",
    "the last verification of the ledger found something that does not hold",
)
LATE, NO_ANCHOR = "the ledger was last verified", "no head of the audit chain is anchored outside the database"
OLD_ANCHOR = "the audit chain was last anchored outside the database"
SAYS = "integrity is not proven: "
# The page of docs/runbooks that says what to do.
RUNBOOKS = {
    NEVER: "verification-stale", LATE: "verification-stale", FAILED: "verification-failed", NO_ANCHOR: "anchor-stale",
    OLD_ANCHOR: "anchor-stale",
}  # fmt: skip


def unproven(
    at: datetime, *, held: bool | None, verified_at: datetime | None, anchored_at: datetime | None
) -> list[str]:
    """What is missing as of `at`, in words; nothing when it is proven. `held` is what the last verification found, None without
    one; `anchored_at` is when the head of the chain was last kept outside the database."""
    told = []
    if held is None or verified_at is None:
        told.append(NEVER)
    elif not held:
        told.append(FAILED)
    elif at - verified_at > HOLDS_FOR:
        told.append(f"{LATE} {_when(verified_at)}, and has to be once a day")
    if anchored_at is None:
        told.append(NO_ANCHOR)
    elif at - anchored_at > HOLDS_FOR:
        told.append(f"{OLD_ANCHOR} {_when(anchored_at)}")
    return [f"{SAYS}{word}" for word in told]


def runbook_of(said: str) -> str:
    """The runbook of one of these sentences, "" for any other."""
    return next((page for words, page in RUNBOOKS.items() if said.startswith(SAYS + words)), "")


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
