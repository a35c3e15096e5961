"""Small OFX files: the SGML of version 1, and the same with every leaf closed as version 2 has it."""

import re
from collections.abc import Sequence

HEADER = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\n{charset}\r\nCOMPRESSION:NONE\r\n"
    "OLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
)
UTF8 = "ENCODING:UTF-8\r\nCHARSET:NONE"


def movement(amount: str, *, fitid: str = "F-1", on: str = "20260310", reference: str = "", more: str = "") -> str:
    """One booked transaction."""
    ref = f"<REFNUM>{reference}\r\n" if reference else ""
    return (
        f"<STMTTRN>\r\n<TRNTYPE>CREDIT\r\n<DTPOSTED>{on}\r\n<TRNAMT>{amount}\r\n<FITID>{fitid}\r\n{ref}{more}\r\n"
        "</STMTTRN>\r\n"
    )


def listed(
    movements: Sequence[str], *, start: str = "20260310", end: str = "20260310", balance: str = "100.00",
    asof: str = "20260310", account: str = "ET55DEMO0001",
) -> str:  # fmt: skip
    """One bank statement. An empty text leaves a field out."""
    days = (f"<DTSTART>{start}\r\n" if start else "") + (f"<DTEND>{end}\r\n" if end else "")
    closing = f"<LEDGERBAL><BALAMT>{balance}<DTASOF>{asof}</LEDGERBAL>\r\n" if balance else ""
    return (
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>\r\n<STMTRS><CURDEF>ETB\r\n"
        f"<BANKACCTFROM><BANKID>DEMO<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n"
        f"<BANKTRANLIST>{days}{''.join(movements)}</BANKTRANLIST>\r\n{closing}</STMTRS></STMTTRNRS></BANKMSGSRSV1>\r\n"
    )


def ofx1(body: str, charset: str = UTF8) -> bytes:
    return (HEADER.format(charset=charset) + f"<OFX>\r\n{body}</OFX>\r\n").encode()


def ofx2(body: str) -> bytes:
    """Version 2 of the same: what holds text is closed."""
    closed = re.sub(r"<([A-Z0-9]+)>([^<\r\n]+)", r"<\1>\2</\1>", body)
    closed = re.sub(r"<(MEMO|REFNUM|NAME)>(?=\s*<)", r"<\1></\1>", closed)
    head = '<?xml version="1.0" encoding="UTF-8"?>\r\n<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE"?>\r\n'
    return f"{head}<OFX>\r\n{closed}</OFX>\r\n".encode()
