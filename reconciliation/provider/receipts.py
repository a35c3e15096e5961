"""How much a payment's events say has come, in minor units. Pure.

Where the provider names each receipt (txid), the whole is their sum, those that are gone again left out; else it is the
last amount stated for the whole payment.
"""

from dataclasses import dataclass

from reconciliation.provider.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class Received:
    """`detected` is all that was seen, `confirmed` what is final; None where no event states an amount. `other_asset` is
    one that money came in beside `asset`; it is in neither figure, for assets never add up."""

    asset: str = ""
    other_asset: str = ""
    detected: int | None = None
    confirmed: int | None = None


def received(lifecycle: Lifecycle) -> Received:
    """The amounts of a folded payment."""
    believed = [s.event for s in lifecycle.steps if s.outcome not in ("contradicted", "unknown")]
    stated = [e for e in believed if e.amount_minor is not None and e.asset]
    assets = list(dict.fromkeys(e.asset for e in stated))
    if not assets:
        return Received()
    own = [e for e in stated if e.asset == assets[0]]
    receipts: dict[str, int] = {}
    for event in own:
        if event.txid and event.type == "reverted":
            receipts.pop(event.txid, None)
        elif event.txid:
            receipts[event.txid] = int(event.amount_minor or 0)
    wholes = [int(e.amount_minor or 0) for e in own if not e.txid and e.type != "created"]
    final = [int(e.amount_minor or 0) for e in own if not e.txid and e.type == "confirmed"]
    seen = sum(receipts.values()) if receipts else (wholes[-1] if wholes else None)
    done = lifecycle.status == "confirmed" or (lifecycle.status == "expired" and "late" in lifecycle.flags)
    confirmed = (final[-1] if final and not receipts else seen) if done else None
    return Received(assets[0], assets[1] if len(assets) > 1 else "", seen, confirmed)
