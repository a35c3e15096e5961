"""Amounts of payloads in our minor units. The grammar of a decimal amount has its one home in the bank's readers."""

from collections.abc import Mapping

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount
from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.node import Node

Exponents = Mapping[str, int]  # each asset that we keep, with its decimals: from our table, never from a payload


def major_amount(node: Node, name: str, asset: str, exponents: Exponents) -> int:
    """Minor units of a decimal amount in major units, written as a text or as a number: "0.0005" of BTC is 50000.

    Unsigned. Refuses `missing`, `wrong_type`, `unknown_currency`, `bad_amount`, `too_many_decimals`.
    """
    value = node.members.get(name)
    if value is None:
        raise PayloadRefused("missing", "is missing", node.path(name))
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PayloadRefused("wrong_type", "is not an amount", node.path(name))
    try:
        return parse_amount(str(value), exponent_of(asset, exponents))
    except StatementRefused as refusal:
        raise PayloadRefused(refusal.code, refusal.message, node.path(name)) from None


def minor_amount(
    node: Node, name: str, asset: str, exponents: Exponents, theirs: Mapping[str, int] | None = None
) -> int:
    """Minor units of an integer in the provider's minor units, which `theirs` lists where they are finer than ours.

    Unsigned. Refuses `missing`, `wrong_type`, `unknown_currency`, `bad_amount`, `too_many_decimals`.
    """
    value = node.whole(name)
    if value < 0:
        raise PayloadRefused("bad_amount", "is negative", node.path(name))
    if asset not in exponents:
        raise PayloadRefused("unknown_currency", f"{asset[:20]!a} is not a currency we keep", node.path(name))
    finer: int = 10 ** max((theirs or {}).get(asset, exponents[asset]) - exponents[asset], 0)
    if value % finer:
        raise PayloadRefused("too_many_decimals", f"has more decimals than {asset}", node.path(name))
    return value // finer
