"""The signs by which a class is known: what is looked for in a unit, and whether it is there. Pure. A suggestion
rests on them and decides nothing: a person gives the class."""

from collections.abc import Callable

from reconciliation.matching.planes.findings import Finding
from reconciliation.matching.planes.units import Unit

Sign = tuple[str, Callable[[Unit, Finding], bool]]
FINAL = frozenset({"confirmed", "expired", "failed"})


def _confirmed(unit: Unit, _: Finding) -> bool:
    return any(p.confirmed_at is not None for p in unit.payments)


def _both(unit: Unit, _: Finding) -> bool:
    return bool(unit.orders) and bool(unit.payments)


def _differs(_: Unit, finding: Finding) -> bool:
    return finding.contribution != 0


def _doubted(unit: Unit, _: Finding) -> bool:
    return any(p.doubts for p in unit.payments)


def _flagged(*flags: str) -> Callable[[Unit, Finding], bool]:
    return lambda unit, _: any(flag in p.flags for p in unit.payments for flag in flags)


def _fulfilled(unit: Unit, _: Finding) -> bool:
    return any(o.state == "fulfilled" for o in unit.orders)


def _assets(unit: Unit, _: Finding) -> bool:
    named = (
        {o.asset for o in unit.orders}
        | {p.asset for p in unit.payments if p.asset}
        | {p.other_asset for p in unit.payments if p.other_asset}
    )
    return len(named) > 1


SIGNS: dict[str, tuple[Sign, ...]] = {
    "amount_mismatch": (
        ("order and payment name each other", _both),
        ("the payment is final", _confirmed),
        ("the amounts differ", _differs),
    ),
    "reference_mismatch": (
        ("the keys name different orders, or none", lambda u, f: bool(u.torn) or not u.orders),
        ("the payment carries a reference", lambda u, f: any(p.order_ref for p in u.payments)),
        ("the payment is final", _confirmed),
    ),
    "duplicate_observation": (
        (
            "an event id came with other contents",
            lambda u, f: any("same_id_other_content" in p.doubts for p in u.payments),
        ),
        ("more than one payment stands behind the order", lambda u, f: len(u.payments) > 1),
        ("the amounts differ", _differs),
    ),
    "timing_skew": (
        ("money was detected", lambda u, f: any(p.detected_at is not None for p in u.payments)),
        ("it is not confirmed", lambda u, f: not _confirmed(u, f)),
        ("or it came late", _flagged("late")),
    ),
    "rail_or_asset_mismatch": (("order and payment name each other", _both), ("they name different assets", _assets)),
    "policy_hold": (
        ("marked by hand at the provider", _flagged("marked")),
        ("no money of its own stands behind it", lambda u, f: not any(p.detected for p in u.payments)),
    ),
    "ambiguous_finality": (
        ("the provider called it final", lambda u, f: any(p.status in FINAL for p in u.payments)),
        ("and contradicted itself", lambda u, f: _doubted(u, f) or _flagged("reorged")(u, f)),
    ),
    "missing_counterpart": (
        (
            "one side is there and the other is not",
            lambda u, f: bool(u.orders) != any(p.detected or p.confirmed for p in u.payments),
        ),
        ("the silent side had a last word", lambda u, f: bool(u.payments)),
        ("the order was fulfilled all the same", _fulfilled),
    ),
    "illegal_transition": (
        ("the order is fulfilled", _fulfilled),
        ("the provider had not confirmed by then", lambda u, f: f.kind == "fulfilled_early" or not _confirmed(u, f)),
    ),
}


def signs_of(exception_class: str, unit: Unit, finding: Finding) -> list[tuple[str, bool]]:
    """Each sign of the class, and whether it was found."""
    return [(words, bool(there(unit, finding))) for words, there in SIGNS.get(exception_class, ())]
