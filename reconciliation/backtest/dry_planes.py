"""A draft of the terms between commerce, provider and ledger, tried on the payments of a past period: the real run by the
terms in force and by the draft's, with what it posts and fulfils by rule, in a savepoint that is rolled back.

Payments of the period are those of which a row came or changed in it; those with an open case are always looked at."""

from datetime import UTC, date, datetime, time
from typing import Any

from reconciliation.backtest.dry_bank import SQL as BANK_SQL
from reconciliation.backtest.dry_bank import TRYING, step, taken_back
from reconciliation.backtest.found import Found, add_cases
from reconciliation.checkpoints.decide import decision_for_preview
from reconciliation.checkpoints.rules import TERMS
from reconciliation.matching.asked_matcher import asked_matcher
from reconciliation.matching.versions import append_version
from reconciliation.named_sql import read_steps
from reconciliation.planes.match_planes import match_planes

SQL = read_steps(__file__, "planes.sql")


def try_planes(
    found: Found, pair: str, from_on: date, document: dict[str, Any], *, label: str, as_of: datetime
) -> None:
    """Add what differs to `found`. `label` names the dry run. Needs a tenant scope."""
    since = datetime.combine(from_on, time(), UTC)
    values: dict[str, Any] = {"pair": pair}
    with taken_back():
        step("tables", values, SQL)
        a = match_planes(actor=TRYING, at=as_of, unique_key=f"{label} as in force", since=since)
        step("keep_cases", values | {"side": "a"}, SQL)
        tolerated = _tolerated(values)
        append_version(
            pair, decision_id=decision_for_preview(TERMS, as_of), policy_version="dry run", actor=TRYING, at=as_of,
            **asked_matcher(pair, document).columns,
        )  # fmt: skip
        b = match_planes(actor=TRYING, at=as_of, unique_key=f"{label} as drafted", since=since)
        step("keep_cases", values | {"side": "b"}, SQL)
        found.before, found.after = a.matched, b.matched
        for what, rule, asset, count, minor in step("matches", values | {"run_b": b.run_id}, SQL):
            found.matches[what, rule, asset] = [count, int(minor)]
        add_cases(found, step("cases", {"newest": a.run_id - 1}, BANK_SQL))
        for asset, before, after in step("open", values, SQL):
            found.open_minor[asset] = [int(before), int(after)]
        then = _tolerated(values)
        for asset in sorted(tolerated.keys() | then.keys()):
            found.within[asset] = [*tolerated.get(asset, (0, 0)), *then.get(asset, (0, 0))]
        found.acts = {"posted": b.posted, "fulfilled": b.fulfilled}
        found.digests.append([pair, str(from_on), as_of.isoformat(), a.digest.hex(), b.digest.hex()])


def _tolerated(values: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {asset: (count, int(minor)) for asset, count, minor in step("tolerated", values, SQL)}
