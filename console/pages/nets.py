"""Signed nets in a sentence: those of bank drift apart from those between the other planes, which are no part of it."""

from console.display import signed
from ledger.assets import EXPONENTS
from reconciliation.cases.queue_counts import Matched


def nets_words(found: Matched) -> str:
    """ "net bank −482.00 ETB; between the other planes +0.04250000 BTC"; a kind of difference that is not there is not told."""
    told = [("bank", found.nets), ("between the other planes", found.between)]
    said = [f"{where} {_signed(nets)}" for where, nets in told if any(nets)]
    return f"net {'; '.join(said)}" if said else "no amount"


def _signed(nets: dict[str, int]) -> str:
    return ", ".join(f"{signed(minor, EXPONENTS[currency])} {currency}" for currency, minor in nets.items() if currency)
