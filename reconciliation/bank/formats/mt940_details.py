"""The :86: field: free text, the German ?NN (or >NN) subfields with SEPA words, or /EREF/ … /REMI/ words."""

import re
from typing import NamedTuple

_GERMAN = re.compile(r"([0-9]{3})([?>@|])(?=[0-9]{2})")
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+")
_SLASHED = re.compile(
    r"/(EREF|PREF|KREF|TRTP|TRCD|IBAN|BIC|NAME|REMI|BENM|ORDP|CNTP|ISDT|MARF|CSID|RTRN|PURP|ULTD|ULTB|SVCL|CHGS|OCMT|EXCH)/"
)
_WRAP = 64  # SWIFT wraps at 65 characters: a shorter line was ended on purpose


class Details(NamedTuple):
    """What a :86: says. `references` by the bank's words (EREF, KREF, MREF …), `business_code` the German GVC."""

    narrative: str
    references: dict[str, str]
    counterparty: str
    account: str
    business_code: str


NO_DETAILS = Details("", {}, "", "", "")


def read_details(lines: list[str]) -> Details:
    """The details of one statement line from all its :86: lines."""
    german = _GERMAN.match(lines[0]) if lines else None
    if german is not None:
        return _german("".join(lines), german[1], german[2])
    text = unwrapped(lines)
    if text.startswith("/") and _SLASHED.match(text):
        return _slashed(text)
    return Details(text, {}, "", "", "")


def unwrapped(lines: list[str]) -> str:
    """Lines joined: without a space where the bank had to cut at 65 characters, with one where it chose to."""
    joined = ""
    full = False
    for line in lines:
        joined += line if full or not joined else f" {line}"
        full = len(line) >= _WRAP
    return " ".join(joined.split())


def _german(text: str, code: str, mark: str) -> Details:
    subfields: dict[str, str] = {}
    for part in text[3:].split(mark)[1:]:
        if part[:2].isascii() and part[:2].isdigit():
            subfields.setdefault(part[:2], part[2:])
        elif subfields:  # the mark was part of a text
            last = next(reversed(subfields))
            subfields[last] += mark + part
    purpose = "".join(subfields[key] for key in sorted(subfields) if "20" <= key <= "29" or "60" <= key <= "63")
    words = _words(_SEPA, purpose)
    narrative = words.pop("SVWZ", "") or words.pop("", "") or " ".join(subfields.get("00", "").split())
    words.pop("", None)
    name = " ".join((subfields.get("32", "") + subfields.get("33", "")).split())
    return Details(narrative, words, name, subfields.get("31", "").strip() or words.get("IBAN", ""), code)


def _slashed(text: str) -> Details:
    words = _words(_SLASHED, text)
    narrative = words.pop("REMI", "") or words.pop("", "")
    words.pop("", None)
    return Details(narrative, words, words.pop("NAME", ""), words.get("IBAN", ""), "")


def _words(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """Word → the text up to the next word; what stands before the first is under ""."""
    pieces = pattern.split(text)
    words = {"": " ".join(pieces[0].split())}
    for word, value in zip(pieces[1::2], pieces[2::2], strict=True):
        if value.strip(" /"):
            words.setdefault(word, " ".join(value.split()))
    return words
