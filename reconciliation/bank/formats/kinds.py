"""Which bank transaction codes mean a fee, interest or an adjustment: the items we never initiate but must book (cause 6). Of
adjustments only what a list names as one: BAI2 and SWIFT name none that every bank uses alike."""

from functools import lru_cache

from reconciliation.bank.formats.statement import Kind

ISO_FEES = frozenset({"CHRG", "COMM", "COME", "COMI", "COMT", "FEES"})
MT940_KINDS: dict[str, Kind] = {"CHG": "fee", "COM": "fee", "FEE": "fee", "INT": "interest"}
GVC_KINDS: dict[str, Kind] = {
    "808": "fee",
    "814": "interest",
}  # German business transaction codes in a structured :86:
BAI2_FEES = frozenset({"224", "398", "524", "564", "567", "661", "698", "724", "726", "728"})
BAI2_INTEREST = frozenset({"242", "346", "354", "359", "654", "659", "721", "727"})
WORDS: dict[str, Kind] = {
    "FEE": "fee",
    "FEES": "fee",
    "CHARGE": "fee",
    "CHARGES": "fee",
    "INTEREST": "interest",
}
ADJUSTMENTS = frozenset({"ADJUSTMENT", "ADJUSTMENTS"})


@lru_cache(maxsize=1024)
def camt_kind(code: str, proprietary: str) -> Kind:
    """From "domain/family/sub-family" and the bank's own code. ACMT is account management: what is not interest is a
    fee."""
    domain, _, rest = code.partition("/")
    sub = rest.rpartition("/")[2]
    if sub == "INTR":
        return "interest"
    if sub in ISO_FEES or (domain == "ACMT" and rest):
        return "fee"
    if proprietary[:1] == "N" and proprietary[1:4] in MT940_KINDS:  # German banks put "NCHG+808" here
        return MT940_KINDS[proprietary[1:4]]
    return "adjustment" if sub == "ADJT" else code_kind(proprietary)


def mt940_kind(transaction_type: str, business_code: str) -> Kind:
    """From the :61: type (NCHG, NCOM, NINT) and the business code that opens a structured :86: (808, 814)."""
    return MT940_KINDS.get(transaction_type[1:].strip()) or GVC_KINDS.get(business_code, "")


def bai2_kind(type_code: str) -> Kind:
    """From the BAI2 type code: 698 miscellaneous fees, 354 interest credit …"""
    if type_code in BAI2_FEES:
        return "fee"
    return "interest" if type_code in BAI2_INTEREST else ""


def word_kind(text: str) -> Kind:
    """From a plain word that stands alone, as small banks write it: FEE, INTEREST."""
    return WORDS.get(text.strip().upper(), "")


def code_kind(code: str) -> Kind:
    """From a code that is a plain word: FEE, INTEREST, ADJUSTMENT. A narrative that says adjustment proves nothing: whoever pays
    writes it too."""
    return "adjustment" if code.strip().upper() in ADJUSTMENTS else word_kind(code)
