"""The same day so far in the three intraday formats: one credit of 5.00 and one debit of 2.00 by default."""

from collections.abc import Sequence

from tests.reconciliation.bank.desk import NUMBER

Seen = tuple[int, str, str]
TWO: Sequence[Seen] = ((500, "A1", "B-1"), (-200, "B2", "B-2"))


def mt942(seen: Sequence[Seen] = TWO, *, day: int = 12, account: str = NUMBER, floor: str = "0,") -> bytes:
    on = f"2603{day:02d}"
    rows = [":20:R1", f":25:{account}", ":28C:1/1", f":34F:ETB{floor}", f":13D:{on}1100+0300"]
    for amount, reference, bank_id in seen:
        side, figure = "C" if amount >= 0 else "D", f"{abs(amount) // 100},{abs(amount) % 100:02d}"
        rows += [f":61:{on}{on[2:]}{side}{figure}NTRF{reference}//{bank_id}", f":86:{reference} seen"]
    for side in "DC":
        own = [abs(a) for a, _, _ in seen if (a < 0) == (side == "D")]
        rows.append(f":90{side}:{len(own)}ETB{sum(own) // 100},{sum(own) % 100:02d}")
    return ("\r\n".join([*rows, "-"]) + "\r\n").encode()


def camt052(seen: Sequence[Seen] = TWO, *, day: int = 12, status: str = "BOOK", dated: bool = True) -> bytes:
    on = f"2026-03-{day:02d}"
    dates = f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>" if dated else ""
    entries = "".join(
        f'<Ntry><Amt Ccy="ETB">{abs(a) // 100}.{abs(a) % 100:02d}</Amt><CdtDbtInd>{"CRDT" if a >= 0 else "DBIT"}</CdtDbtInd>'
        f"<Sts><Cd>{status}</Cd></Sts>{dates}<AcctSvcrRef>{bank_id}</AcctSvcrRef>"
        f"<BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
        for a, reference, bank_id in seen
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"><BkToCstmrAcctRpt><Rpt><Id>R1</Id>'
        f"<CreDtTm>{on}T11:00:00+03:00</CreDtTm><Acct><Id><Othr><Id>{NUMBER}</Id></Othr></Id><Ccy>ETB</Ccy></Acct>"
        f"{entries}</Rpt></BkToCstmrAcctRpt></Document>"
    ).encode()


def bai2(seen: Sequence[Seen] = TWO, *, day: int = 12, modifier: str = "3", balance: str = "030,1000,,") -> bytes:
    on = f"2603{day:02d}"
    lines = "".join(f"16,{195 if a >= 0 else 495},{abs(a)},0,{bank_id},{ref},/\n" for a, ref, bank_id in seen)
    return (
        f"01,BANK,US,{on},1100,1,,,2/\n02,US,BANK,1,{on},1100,ETB,{modifier}/\n03,{NUMBER},ETB,{balance}/\n{lines}"
        "49,,/\n98,,,/\n99,,,/\n"
    ).encode()
