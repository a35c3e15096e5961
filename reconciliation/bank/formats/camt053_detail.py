"""One TxDtls: a single payment inside an entry. Read as soon as it ends; whose side it is shows only at the entry."""

from dataclasses import dataclass

from reconciliation.bank.formats.camt053_fields import account_of, bank_code
from reconciliation.bank.formats.limits import Limits, check_field
from reconciliation.bank.formats.xml_tree import Node, every, inner, text

Party = tuple[str, str]  # name, account


@dataclass(slots=True)
class Detail:
    """Texts of one TxDtls, nothing interpreted yet. `amount` is TxDtls/Amt, else AmtDtls/TxAmt/Amt, else ""."""

    references: dict[str, str]
    amount: str
    currency: str
    direction: str
    code: str
    proprietary: str
    narrative: str
    debtor: Party
    creditor: Party
    charges: Node | None


def read_detail(found: Node, limits: Limits) -> Detail:
    """The texts of a finished TxDtls. Refuses `field_too_long`."""
    priced = found if "Amt" in found else inner(found, "AmtDtls", "TxAmt")
    code, proprietary = bank_code(found)
    remittance = inner(found, "RmtInf")
    references = _references(inner(found, "Refs"), remittance)
    narrative = " ".join(part for part in every(remittance, "Ustrd") if isinstance(part, str))
    parties = inner(found, "RltdPties")
    return Detail(
        references,
        text(priced, "Amt"),
        text(priced, "Ccy@"),
        text(found, "CdtDbtInd"),
        code,
        proprietary,
        check_field(narrative, "RmtInf", limits) or text(found, "AddtlTxInf"),
        _party(parties, "Dbtr"),
        _party(parties, "Cdtr"),
        {"Chrgs": found["Chrgs"], "Chrgs+": found.get("Chrgs+", [])} if "Chrgs" in found else None,
    )


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


def _party(parties: Node, role: str) -> Party:
    """Name and account of Dbtr or Cdtr; from version 08 on the name stands inside Pty."""
    person = inner(parties, role)
    account = inner(parties, f"{role}Acct")
    if not person and not account:
        return "", ""
    return text(person, "Nm") or text(inner(person, "Pty"), "Nm"), account_of(account)
