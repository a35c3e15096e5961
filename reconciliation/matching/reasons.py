"""Why rows match or differ, in the runbook's words. Matches store the rule's number; it is written out here, on read."""

from reconciliation.matching.rows import Group

RULES: dict[int, str] = {
    1: "A reversal cancels its original of the same day.",
    2: "The sums are equal, compared by partner reference.",
    3: "The same amount a second time under one reference.",
    4: "Equal amount, opposite sign: the accounting sign differs from the bank's.",
    5: "The bank returned a line that had settled.",
    6: "Both sides carry the reference, at different amounts.",
    7: "The line fits a transaction that does not count.",
    8: "The bank's own code says fee, interest or adjustment.",
    9: "No transaction of ours stands behind the line.",
    10: "No bank line stands behind the entry.",
}


def why_matched(rule: int, days_apart: int, window: int) -> str:
    """Why rows match, and whether their days lie further apart than the matcher version's value date window."""
    said = RULES[rule]
    return said if days_apart <= window else f"{said.rstrip('.')}; value_date drift exceeds {window} days."


def reason(group: Group, grace: int, tolerance: int = 0) -> str:
    """One sentence for a difference: rule, keys compared, figures in minor units as the ledger and the bank state them.
    `tolerance` is the matcher version's for the account's asset: it is said beside the amounts and erases no unit."""
    ledger, bank = sum(p.signed for p in group.parts), sum(x.signed for x in group.lines)
    if group.note:
        return group.note
    if group.rule == 4 or (group.rule in (6, 7) and group.exception_class == "amount_mismatch"):
        ledger = ledger or sum(k.signed for k in group.known) or sum(e.signed for e in group.related)
        return f"amount mismatch: ledger {ledger}, bank {bank}" + _beside(abs(ledger - bank), tolerance)
    if group.rule == 6:
        return f"bank charge {sum(x.charge for x in group.lines)} netted: ledger {ledger}, bank {bank}"
    if group.rule == 7 and group.related:
        return f"value_date drift exceeds {grace} days"
    if group.rule == 7:
        status = group.known[0].status
        return f"the bank settled a transaction we hold as {status}"
    if group.rule == 10:
        expected = group.exception_class == "timing_skew"
        return "line expected within grace" if expected else f"no bank line after cut-off and {grace} days of grace"
    if group.rule == 9 and group.parts:
        return "no reference on the line; one lone entry of the same day and amount"
    if group.rule == 9 and group.cause == 4:
        return "money out with no payment of ours behind it"
    if group.rule == 9:
        return (
            "the entry is expected within grace" if group.lines[0].out else "money in that no payment of ours explains"
        )
    return {
        3: "a second line of the same reference and amount" if group.lines else "a second posting of the same payment",
        5: "the bank returned the money",
        8: "fee or interest by the bank's code, not modelled",
    }[group.rule]


def _beside(difference: int, tolerance: int) -> str:
    if not tolerance:
        return ""
    return f", {'within' if difference <= tolerance else 'beyond'} the tolerance of {tolerance}"
