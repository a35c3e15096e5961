"""Writes the demo's statements as the banks would: camt.053, MT940 and CSV bytes for one account and day."""

from collections.abc import Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

from console.demo.rows import DemoAccount, DemoLine
from ledger.assets import EXPONENTS
from ledger.money import major_text

CSV_HEADER = ("Booked", "Value", "Amount", "Balance", "Code", "Reference", "Text", "Currency")
CSV_PROFILE = {
    "name": "sample-csv",
    "header": list(CSV_HEADER),
    "delimiter": ";",
    "date_format": "YYYY-MM-DD",
    "sign_rule": "signed",
    "columns": {
        "booked_on": "Booked",
        "value_on": "Value",
        "amount": "Amount",
        "balance": "Balance",
        "code": "Code",
        "reference": "Reference",
        "currency": "Currency",
    },
    "narrative": ["Text"],
}


def write_statement(
    account: DemoAccount, day: date, number: int, opening: int, lines: Sequence[DemoLine]
) -> tuple[str, bytes]:
    """(file name, bytes) of the day's statement. Minor units in, the format's own notation out."""
    writer = {"camt053": _camt053, "mt940": _mt940, "csv": _csv}[account.format]
    ending = {"camt053": "xml", "mt940": "sta", "csv": "csv"}[account.format]
    name = f"{account.partner.split()[0].upper()}_{account.number[-4:]}_{day:%Y%m%d}.{ending}"
    return name, writer(account, day, number, opening, lines).encode()


def _major(account: DemoAccount, minor: int) -> str:
    return major_text(abs(minor), EXPONENTS[account.asset])


def _balance(account: DemoAccount, code: str, minor: int, day: date) -> str:
    sign = "CRDT" if minor >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{account.asset}">{_major(account, minor)}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _camt053(account: DemoAccount, day: date, number: int, opening: int, lines: Sequence[DemoLine]) -> str:
    closing = opening + sum(x.amount for x in lines)
    entries = "".join(_camt_entry(account, day, x, n) for n, x in enumerate(lines, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{account.number}-{number}</MsgId><CreDtTm>{day}T23:00:00Z</CreDtTm></GrpHdr><Stmt><Id>{account.number}-{number}</Id>"
        f"<ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T23:00:00Z</CreDtTm><Acct><Id><Othr><Id>{account.number}</Id></Othr></Id>"
        f"<Ccy>{account.asset}</Ccy></Acct>{_balance(account, 'OPBD', opening, day)}{_balance(account, 'CLBD', closing, day)}"
        f"{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def _camt_entry(account: DemoAccount, day: date, x: DemoLine, n: int) -> str:
    domain, family, sub = [*x.code.split("/"), "", ""][:3] if "/" in x.code else ("PMNT", "ICDT", "DMCT")
    sign = "CRDT" if x.amount >= 0 else "DBIT"
    reference = escape(x.reference) or "NOTPROVIDED"
    return (
        f'<Ntry><Amt Ccy="{account.asset}">{_major(account, x.amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{x.value_on}</Dt></ValDt><AcctSvcrRef>{account.number}{day:%y%m%d}{n:06d}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><RmtInf><Ustrd>{escape(x.narrative)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _mt940(account: DemoAccount, day: date, number: int, opening: int, lines: Sequence[DemoLine]) -> str:
    closing = opening + sum(x.amount for x in lines)
    before = day - timedelta(days=1)

    def balance(minor: int, on: date) -> str:
        return f"{'C' if minor >= 0 else 'D'}{on:%y%m%d}{account.asset}{_major(account, minor).replace('.', ',')}"

    body = "".join(
        f":61:{x.value_on:%y%m%d}{day:%m%d}{'C' if x.amount >= 0 else 'D'}{_major(account, x.amount).replace('.', ',')}{x.code}"
        f"{x.reference[:16] or 'NONREF'}//{day:%y%m%d}{n:06d}\r\n:86:{x.narrative}\r\n"
        for n, x in enumerate(lines, 1)
    )
    return (
        f":20:{account.number[:10]}{day:%y%m%d}\r\n:25:{account.number}\r\n:28C:{number}/1\r\n:60F:{balance(opening, before)}\r\n"
        f"{body}:62F:{balance(closing, day)}\r\n"
    )


def _csv(account: DemoAccount, day: date, number: int, opening: int, lines: Sequence[DemoLine]) -> str:
    rows, balance = [";".join(CSV_HEADER)], opening
    for x in lines:
        balance += x.amount
        sign, total = ("-" if x.amount < 0 else ""), ("-" if balance < 0 else "")
        amounts = f"{sign}{_major(account, x.amount)};{total}{_major(account, balance)}"
        rows.append(f"{day};{x.value_on};{amounts};{x.code};{x.reference};{x.narrative};{account.asset}")
    return "\n".join(rows) + "\n"
