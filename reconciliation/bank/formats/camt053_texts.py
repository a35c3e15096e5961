"""What is written in an Ntry and in the TxDtls inside it, as texts by meaning. Nothing is interpreted here, only
found."""

from typing import NamedTuple

from reconciliation.bank.formats.camt053_fields import account_of, bank_code
from reconciliation.bank.formats.xml_tree import Node, every, inner, text


class EntryTexts(NamedTuple):
    """An Ntry's own texts; "" where nothing is written."""

    amount: str
    currency: str
    direction: str
    status: str
    reversal: str
    booked_on: str
    value_on: str
    code: str
    proprietary: str
    narrative: str


class DetailTexts(NamedTuple):
    """One payment's texts. `amount` is TxDtls/Amt, else AmtDtls/TxAmt/Amt, else ""."""

    amount: str
    currency: str
    direction: str
    code: str
    proprietary: str
    narrative: str
    debtor: str
    debtor_account: str
    creditor: str
    creditor_account: str


class Written(NamedTuple):
    """Texts, references by the bank's names, and the node that holds Chrgs (None when there are none)."""

    texts: EntryTexts
    references: dict[str, str]
    charges: Node | None


class Detail(NamedTuple):
    """The same for one payment."""

    texts: DetailTexts
    references: dict[str, str]
    charges: Node | None


def entry_texts(found: Node) -> Written:
    """From a finished Ntry."""
    code, proprietary = bank_code(found)
    texts = EntryTexts(
        text(found, "Amt"),
        text(found, "Ccy@"),
        text(found, "CdtDbtInd"),
        text(found, "Sts") or text(inner(found, "Sts"), "Cd"),
        text(found, "RvslInd"),
        _day(inner(found, "BookgDt")),
        _day(inner(found, "ValDt")),
        code,
        proprietary,
        text(found, "AddtlNtryInf"),
    )
    references = {name: value for name in ("NtryRef", "AcctSvcrRef") if (value := text(found, name))}
    batch = text(inner(found, "NtryDtls", "Btch"), "PmtInfId")
    if batch:
        references["PmtInfId"] = batch
    return Written(texts, references, _charges(found))


def detail_texts(found: Node) -> Detail:
    """From a finished TxDtls."""
    priced = found if "Amt" in found else inner(found, "AmtDtls", "TxAmt")
    code, proprietary = bank_code(found)
    remittance, parties = inner(found, "RmtInf"), inner(found, "RltdPties")
    narrative = " ".join(part for part in every(remittance, "Ustrd") if isinstance(part, str) and part)
    texts = DetailTexts(
        text(priced, "Amt"),
        text(priced, "Ccy@"),
        text(found, "CdtDbtInd"),
        code,
        proprietary,
        narrative or text(found, "AddtlTxInf"),
        _name(inner(parties, "Dbtr")),
        account_of(inner(parties, "DbtrAcct")),
        _name(inner(parties, "Cdtr")),
        account_of(inner(parties, "CdtrAcct")),
    )
    return Detail(texts, _references(inner(found, "Refs"), remittance), _charges(found))


def _day(choice: Node) -> str:
    return text(choice, "Dt") or text(choice, "DtTm")


def _name(person: Node) -> str:
    """From version 08 on the name stands inside Pty."""
    return text(person, "Nm") or text(inner(person, "Pty"), "Nm")


def _charges(found: Node) -> Node | None:
    return {name: found[name] for name in ("Chrgs", "Chrgs+") if name in found} or None


def _references(refs: Node, remittance: Node) -> dict[str, str]:
    """Refs by the bank's names; the proprietary one is its Ref, a structured creditor reference is CdtrRefInf."""
    references = {name: value for name, value in refs.items() if type(value) is str and value}
    proprietary = text(inner(refs, "Prtry"), "Ref")
    if proprietary:
        references["Prtry"] = proprietary
    for structured in every(remittance, "Strd"):
        reference = text(inner(structured, "CdtrRefInf"), "Ref") if isinstance(structured, dict) else ""
        if reference:
            references.setdefault("CdtrRefInf", reference)
    return references
