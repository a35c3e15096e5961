"""Statement files of any length, deterministic by seed: what `bench import` reads and what a bare parse is timed on.

Each writer makes one balanced statement of `count` booked lines for one account and returns (opening, closing) in minor
units. Amounts, dates and references come from a small arithmetic generator, so two runs give the same bytes.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ACCOUNT = "ET00DEMO0000000001"
CURRENCY = "ETB"
OPENING = 1_000_000_00
FIRST_DAY = date(2026, 3, 2)
CSV_PROFILE: dict[str, object] = {
    "name": "bench",
    "header": ["Booked", "Value", "Amount", "Reference", "Bank id", "Code", "Text"],
    "columns": {
        "booked_on": "Booked", "value_on": "Value", "amount": "Amount", "reference": "Reference",
        "bank_id": "Bank id", "code": "Code", "narrative": ["Text"],
    },
    "date_format": "YYYY-MM-DD",
    "account": ACCOUNT,
    "currency": CURRENCY,
}  # fmt: skip


def movements(count: int, seed: int, day: date) -> Iterator[tuple[int, int, date, str]]:
    """(number, signed minor units, day, reference): a linear congruence, the same on every machine."""
    state = seed * 2_862_933_555_777_941_757 + 3_037_000_493
    for number in range(1, count + 1):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        amount = (state >> 33) % 5_000_00 + 1
        yield number, amount if state >> 63 else -amount, day, f"D{seed}-{number:07d}"


def write_camt053(path: Path, count: int, seed: int = 1, day: date = FIRST_DAY) -> tuple[int, int]:
    """A camt.053.001.08 file with one Stmt."""
    closing = OPENING + sum(amount for _, amount, _, _ in movements(count, seed, day))
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt>\n'
            f"<GrpHdr><MsgId>M{seed}</MsgId><CreDtTm>{day}T23:00:00Z</CreDtTm></GrpHdr>\n<Stmt><Id>S{seed}</Id>\n"
            f"<ElctrncSeqNb>{seed}</ElctrncSeqNb><CreDtTm>{day}T23:00:00Z</CreDtTm>\n"
            f"<Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>{CURRENCY}</Ccy></Acct>\n"
            f"{_camt_balance('OPBD', OPENING, day)}{_camt_balance('CLBD', closing, day)}"
        )
        for number, amount, on, reference in movements(count, seed, day):
            out.write(_camt_entry(number, amount, on, reference, seed))
        out.write("</Stmt>\n</BkToCstmrStmt>\n</Document>\n")
    return OPENING, closing


def write_mt940(path: Path, count: int, seed: int = 1, day: date = FIRST_DAY) -> tuple[int, int]:
    """An MT940 file with one :60F: to :62F: statement and DOS line ends."""
    closing = OPENING + sum(amount for _, amount, _, _ in movements(count, seed, day))
    short = day.strftime("%y%m%d")
    with path.open("w", encoding="latin-1", newline="\r\n") as out:
        out.write(f":20:S{seed}\n:25:{ACCOUNT}\n:28C:{seed}/1\n:60F:{_mt940_amount(OPENING, short)}\n")
        for number, amount, on, reference in movements(count, seed, day):
            side = "C" if amount >= 0 else "D"
            figure = f"{abs(amount) // 100},{abs(amount) % 100:02d}"
            out.write(f":61:{short}{on:%m%d}{side}{figure}NTRF{reference}//B{seed}N{number}\n")
            out.write(f":86:Payout {number} to a demo payee\n")
        out.write(f":62F:{_mt940_amount(closing, short)}\n-\n")
    return OPENING, closing


def write_csv(path: Path, count: int, seed: int = 1, day: date = FIRST_DAY) -> tuple[int, int]:
    """A comma-separated file that `CSV_PROFILE` describes. It has no balances; the pair is what a bank would add."""
    closing = OPENING
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("Booked,Value,Amount,Reference,Bank id,Code,Text\n")
        for number, amount, on, reference in movements(count, seed, day):
            closing += amount
            value = on + timedelta(days=number % 2)
            sign = "-" if amount < 0 else ""
            figure = f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
            out.write(f"{on},{value},{figure},{reference},B{seed}N{number},TRF,Payout {number} to a demo payee\n")
    return OPENING, closing


def write_ofx(path: Path, count: int, seed: int = 1, day: date = FIRST_DAY) -> tuple[int, int]:
    """An OFX 1 file in SGML with one bank statement; it states its closing balance alone."""
    closing = OPENING + sum(amount for _, amount, _, _ in movements(count, seed, day))
    with path.open("w", encoding="utf-8", newline="\r\n") as out:
        out.write("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n\n")
        out.write(f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{CURRENCY}\n")
        out.write(f"<BANKACCTFROM><ACCTID>{ACCOUNT}</BANKACCTFROM>\n")
        out.write(f"<BANKTRANLIST><DTSTART>{day:%Y%m%d}<DTEND>{day:%Y%m%d}\n")
        for number, amount, on, reference in movements(count, seed, day):
            figure = f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"
            out.write(
                f"<STMTTRN><TRNTYPE>XFER<DTPOSTED>{on:%Y%m%d}<DTAVAIL>{on:%Y%m%d}<TRNAMT>{figure}<FITID>B{seed}N{number}"
                f"<REFNUM>{reference}<NAME>Demo payee {number}<MEMO>Payout {number}</STMTTRN>\n"
            )
        out.write("</BANKTRANLIST>\n")
        out.write(f"<LEDGERBAL><BALAMT>{closing // 100}.{closing % 100:02d}<DTASOF>{day:%Y%m%d}</LEDGERBAL>\n")
        out.write("</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")
    return OPENING, closing


def _camt_balance(code: str, amount: int, day: date) -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{CURRENCY}">{abs(amount) // 100}.{abs(amount) % 100:02d}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_entry(number: int, amount: int, day: date, reference: str, seed: int) -> str:
    figure = f"{abs(amount) // 100}.{abs(amount) % 100:02d}"
    side, role, family = ("CRDT", "Dbtr", "RCDT") if amount >= 0 else ("DBIT", "Cdtr", "ICDT")
    return (
        f'<Ntry><NtryRef>{number}</NtryRef><Amt Ccy="{CURRENCY}">{figure}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>B{seed}N{number}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd>"
        f"<SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
        f'<EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="{CURRENCY}">{figure}</Amt>'
        f"<RltdPties><{role}><Pty><Nm>Demo payee {number}</Nm></Pty></{role}></RltdPties>"
        f"<RmtInf><Ustrd>Payout {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def _mt940_amount(amount: int, day: str) -> str:
    side = "C" if amount >= 0 else "D"
    return f"{side}{day}{CURRENCY}{abs(amount) // 100},{abs(amount) % 100:02d}"
