"""From an entry and the payments inside it to statement lines: one for each payment when their amounts make up the
entry's, else one for the entry and a finding that says why."""

from reconciliation.bank.formats.amounts import written
from reconciliation.bank.formats.camt053_entry import Entry, detail_amount
from reconciliation.bank.formats.camt053_fields import charge_of
from reconciliation.bank.formats.camt053_texts import Detail
from reconciliation.bank.formats.kinds import camt_kind
from reconciliation.bank.formats.references import best, given
from reconciliation.bank.formats.statement import Finding, ParsedLine

PAYMENT_REFERENCES = ("EndToEndId", "InstrId", "TxId", "CdtrRefInf")
PREFERENCE = (*PAYMENT_REFERENCES, "PmtInfId")
BATCH = ("PmtInfId", "NtryRef", "AcctSvcrRef")


def entry_lines(entry: Entry, details: list[Detail], place: str) -> tuple[list[ParsedLine], Finding | None]:
    """The lines of one entry. Refuses an unreadable amount or direction inside a detail."""
    if not details:
        return [_whole(entry, place, details)], None
    if len(details) == 1:
        return [_line(entry, details[0], place)], _single_finding(entry, details[0], place)
    amounts = [detail_amount(entry, detail.texts) for detail in details]
    told = [amount for amount in amounts if amount is not None]
    if len(told) < len(amounts) or sum(told) != entry.amount:
        return [_whole(entry, place, details)], _sum_finding(entry, told, len(amounts), place)
    batch = best(entry.references, BATCH)
    parts = zip(details, told, strict=True)
    return [
        _part(entry, detail, f"{place} TxDtls {position}", amount, batch)
        for position, (detail, amount) in enumerate(parts, 1)
    ], None


def _whole(entry: Entry, place: str, details: list[Detail]) -> ParsedLine:
    """The entry as one line; payments inside it that all name one reference lend it theirs."""
    named = {best(detail.references, PAYMENT_REFERENCES) for detail in details}
    shared = named.pop() if len(named) == 1 else ""
    return ParsedLine(
        place,
        entry.number,
        shared or best(entry.references, PREFERENCE),
        given(entry.references.get("AcctSvcrRef", "")),
        entry.amount,
        entry.currency,
        entry.value_on,
        entry.booked_on,
        entry.code or entry.proprietary,
        entry.narrative,
        entry.references,
        status=entry.status,
        charge=entry.charge,
        batch_reference=best(entry.references, BATCH) if details or "PmtInfId" in entry.references else "",
        reversal=entry.reversal,
        kind=camt_kind(entry.code, entry.proprietary),
    )


def _line(entry: Entry, detail: Detail, place: str) -> ParsedLine:
    """An entry with one payment inside: the entry's amount and id, the payment's references and parties."""
    references = {**detail.references, **entry.references}
    own = detail.references.get("AcctSvcrRef")
    if own and own != references["AcctSvcrRef"]:
        references["TxAcctSvcrRef"] = own
    return _made(entry, detail, place, entry.amount, references, given(references.get("AcctSvcrRef", "")), entry.charge)


def _part(entry: Entry, detail: Detail, place: str, amount: int, batch: str) -> ParsedLine:
    """One payment of several. Its bank id is its own: the entry's id would stand on every part of the batch."""
    own = given(detail.references.get("AcctSvcrRef", ""))
    bank_id = own if own != entry.references.get("AcctSvcrRef") else ""
    return _made(entry, detail, place, amount, {**entry.references, **detail.references}, bank_id, None, batch)


def _made(
    entry: Entry,
    detail: Detail,
    place: str,
    amount: int,
    references: dict[str, str],
    bank_id: str,
    charge: int | None,
    batch: str = "",
) -> ParsedLine:
    if detail.charges is not None:
        charge = charge_of(detail.charges, entry.currency, entry.exponent)
    texts = detail.texts
    credit = amount >= 0
    return ParsedLine(
        place,
        entry.number,
        best(references, PREFERENCE),
        bank_id,
        amount,
        entry.currency,
        entry.value_on,
        entry.booked_on,
        texts.code or entry.code or texts.proprietary or entry.proprietary,
        texts.narrative or entry.narrative,
        references,
        entry.status,
        charge,
        batch,
        entry.reversal,
        texts.debtor if credit else texts.creditor,
        texts.debtor_account if credit else texts.creditor_account,
        camt_kind(texts.code or entry.code, texts.proprietary or entry.proprietary),
    )


def _single_finding(entry: Entry, detail: Detail, place: str) -> Finding | None:
    if not detail.texts.amount:
        return None
    amount = detail_amount(entry, detail.texts)
    if amount is None or amount == entry.amount or abs(amount - entry.amount) == (entry.charge or 0):
        return None
    told, kept = (written(figure, entry.exponent, entry.currency) for figure in (amount, entry.amount))
    return Finding(
        place, f"the payment inside says {told}, the entry {kept}: the entry counts", "note", "detail_differs"
    )


def _sum_finding(entry: Entry, told: list[int], count: int, place: str) -> Finding:
    if len(told) < count:
        what = f"{count - len(told)} of {count} payments carry no amount in {entry.currency}: kept as one line"
        return Finding(place, what, "check", "details_without_amount")
    sum_told = written(sum(told), entry.exponent, entry.currency)
    kept = written(entry.amount, entry.exponent, entry.currency)
    what = f"its payments add up to {sum_told}, the entry says {kept}: kept as one line"
    return Finding(place, what, "check", "details_differ")
