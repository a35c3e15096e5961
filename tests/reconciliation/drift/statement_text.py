"""One statement of March 2026 in each of the four formats, whole unless told otherwise. Amounts in minor units of ETB."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.reconciliation.bank.desk import NUMBER

PROFILE: dict[str, object] = {
    "header": ["Booked", "Value", "Account", "Currency", "Amount", "Reference", "Bank id", "Balance"],
    "columns": {
        "booked_on": "Booked", "value_on": "Value", "account": "Account", "currency": "Currency", "amount": "Amount",
        "reference": "Reference", "bank_id": "Bank id", "balance": "Balance",
    },
    "date_format": "YYYY-MM-DD",
}  # fmt: skip
NO_BALANCE = PROFILE | {"columns": {k: v for k, v in PROFILE["columns"].items() if k != "balance"}}  # type: ignore[attr-defined]
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True)
class Line:
    """`day`: booked and valued on, None for the statement's day."""

    amount: int
    reference: str
    bank_id: str = ""
    day: int | None = None
    status: str = "BOOK"


@dataclass(frozen=True)
class Text:
    """`opening` or `closing` None leaves the balance out; `closing` "adds" is what the lines make. `opens` and `closes` are the
    codes of the balances (camt), :60M: and :62M: where they are "M". `pages`: (number, last) of a camt page."""

    lines: Sequence[Line] = (Line(500, "A1", "B1"),)
    opening: int | None = 100_000
    closing: int | str | None = "adds"
    day: int = 10
    from_day: int | None = None
    account: str = NUMBER
    currency: str = "ETB"
    sequence: int = 10
    opens: str = "OPBD"
    closes: str = "CLBD"
    pages: tuple[int, str] | None = None
    interim: bool = False

    @property
    def end(self) -> int | None:
        if self.closing == "adds":
            return (self.opening or 0) + sum(x.amount for x in self.lines if x.status == "BOOK")
        return self.closing  # type: ignore[return-value]

    def but(self, **how: Any) -> "Text":
        return replace(self, **how)

    def written(self, fmt: str) -> bytes:
        return {"camt053": camt053, "mt940": mt940, "bai2": bai2, "csv": csv}[fmt](self).encode()


def camt053(t: Text) -> str:
    return camt_file(camt_statement(t))


def camt_file(*statements: str) -> str:
    return f'<Document xmlns="{CAMT}"><BkToCstmrStmt>{"".join(statements)}</BkToCstmrStmt></Document>'


def camt_statement(t: Text) -> str:
    page = ""
    if t.pages:
        page = f"<StmtPgntn><PgNb>{t.pages[0]}</PgNb><LastPgInd>{t.pages[1]}</LastPgInd></StmtPgntn>"
    entries = "".join(
        f"<Ntry>{_camt_amount(x.amount, t.currency)}<Sts><Cd>{x.status}</Cd></Sts>"
        f"<BookgDt><Dt>{_iso(x.day or t.day)}</Dt></BookgDt><ValDt><Dt>{_iso(x.day or t.day)}</Dt></ValDt>"
        f"<AcctSvcrRef>{x.bank_id}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{x.reference}</EndToEndId></Refs></TxDtls>"
        "</NtryDtls></Ntry>"
        for x in t.lines
    )
    return (
        f"<Stmt><Id>S{t.day}</Id>{page}<ElctrncSeqNb>{t.sequence}</ElctrncSeqNb>"
        f"<Acct><Id><Othr><Id>{t.account}</Id></Othr></Id><Ccy>{t.currency}</Ccy></Acct>"
        + _camt_balance(t.opens, t.opening, t.from_day or t.day, t.currency)
        + _camt_balance(t.closes, t.end, t.day, t.currency) + entries + "</Stmt>"
    )  # fmt: skip


def _camt_balance(code: str, amount: int | None, day: int, currency: str) -> str:
    if amount is None:
        return ""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_camt_amount(amount, currency)}"
        f"<Dt><Dt>{_iso(day)}</Dt></Dt></Bal>"
    )


def _camt_amount(amount: int, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{_figure(abs(amount), ".")}</Amt><CdtDbtInd>{"CRDT" if amount >= 0 else "DBIT"}</CdtDbtInd>'


def mt940(t: Text) -> str:
    rows = [f":20:S{t.day}", f":25:{t.account}", f":28C:{t.sequence}/{t.pages[0] if t.pages else 1}"]
    if t.opening is not None:
        rows.append(f":60{'M' if t.opens == 'M' else 'F'}:{_mt_balance(t.opening, t.from_day or t.day, t.currency)}")
    for x in t.lines:
        on, sign = x.day or t.day, "C" if x.amount >= 0 else "D"
        rows.append(
            f":61:2603{on:02d}03{on:02d}{sign}{_figure(abs(x.amount), ',')}NTRF{x.reference}//{x.bank_id or 'NONE'}"
        )
    if t.end is not None:
        rows.append(f":62{'M' if t.closes == 'M' else 'F'}:{_mt_balance(t.end, t.day, t.currency)}")
    return "\r\n".join([*rows, "-", ""])


def _mt_balance(amount: int, day: int, currency: str) -> str:
    return f"{'C' if amount >= 0 else 'D'}2603{day:02d}{currency}{_figure(abs(amount), ',')}"


def bai2(t: Text) -> str:
    told = [("010", t.opening), ("015", t.end)]
    balances = "".join(f",{code},{amount},," for code, amount in told if amount is not None)
    rows = [
        f"01,BANK,US,2603{t.day:02d},2300,{t.sequence},,,2/",
        f"02,US,BANK,1,2603{t.day:02d},2359,{t.currency},{1 if t.interim else 2}/",
        f"03,{t.account},{t.currency}{balances}/",
    ]
    for x in t.lines:
        code = 195 if x.amount >= 0 else 495
        rows.append(f"16,{code},{abs(x.amount)},V,2603{x.day or t.day:02d},,{x.bank_id},{x.reference},PAID/")
    return "\n".join([*rows, "49,,/", "98,,,/", "99,,,/", ""])


def csv(t: Text) -> str:
    """With a running balance; `closing` breaks it in the last row."""
    rows = [",".join(PROFILE["header"])]  # type: ignore[arg-type]
    balance = t.opening or 0
    for n, x in enumerate(t.lines, 1):
        balance += x.amount
        told = t.end if n == len(t.lines) else balance
        on = _iso(x.day or t.day)
        sign = "-" if x.amount < 0 else ""
        rows.append(f"{on},{on},{t.account},{t.currency},{sign}{_figure(abs(x.amount), '.')},{x.reference},{x.bank_id},"
                    + ("" if told is None else _figure(told, ".")))  # fmt: skip
    return "\n".join([*rows, ""])


def _iso(day: int) -> str:
    return f"2026-03-{day:02d}"


def _figure(amount: int, mark: str) -> str:
    return f"{amount // 100}{mark}{amount % 100:02d}"
