"""Words for classes and causes that several pages share."""

import re
from datetime import date
from uuid import uuid4

from console.display import MINUS, Amount, grouped, money, short_day, signed
from ledger.assets import EXPONENTS
from reconciliation.cases.taxonomy import CAUSES, CLASSES

SHORT_CAUSES: dict[int, str] = {
    1: "Rejected or returned by the bank",
    2: "Reported in the next period",
    3: "Wrong accounting sign",
    4: "Never initiated by us",
    5: "Confirmation failed",
    6: "Fee or interest not modelled",
}


def cause_words(cause: int | None, exception_class: str) -> str:
    """The likely cause in a few words; the class's words where no cause is known."""
    return SHORT_CAUSES[cause] if cause in SHORT_CAUSES else CLASSES[exception_class].words.capitalize()


def long_cause(cause: int | None) -> str:
    """The cause as a heading; says so when none is known."""
    return CAUSES.get(cause or 0, "No known cause")


def plural(number: int, one: str, many: str = "") -> str:
    """ "1 case", "37 cases", with the number grouped."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


PLAIN_WORD = re.compile(r"[a-z]+(?=[ ,:;])")


def as_sentence(text: str) -> str:
    """What a refusal says, as a sentence: a capital where it begins with a word and not with a name, and its stop."""
    said = text[:1].upper() + text[1:] if PLAIN_WORD.match(text) else text
    return said if not said or said[-1] in ".!?" else f"{said}."


def drift_words(value: Amount) -> str:
    """A difference inside a sentence: "−482.00 ETB"; "unknown" when it is."""
    return f"{signed(value.minor, value.exponent)} {value.asset}" if value.minor is not None else "unknown"


ISO_DATE = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
FIGURES = "ledger|bank|charge|opening|closing|contribution|to|tolerance of|ordered|received|confirmed|posted|short by|threshold"
MINOR_FIGURE = re.compile(rf"(?i)\b({FIGURES}) (-?\d+)(?=[:; )]|[,.](?!\d)|$)")
CONTROL_TOTAL = re.compile(r"(control total: the bank says) \+?(-?\d+), (the file makes) (-?\d+)")
MAJOR_FIGURE = re.compile(rf"(?<![\d.,])(-?)(\d{{4,}})((?:\.\d+)?) ({'|'.join(sorted(EXPONENTS))})\b")


# The class of an error that a stored sentence repeats.
ERROR_NAME = re.compile(r"(\d attempts?: )[A-Z]\w*: ")


def in_major(sentence: str, asset: str) -> str:
    """A stored sentence as people read it: days as days, figures in major units with separators and their currency.
    Stored ones carry minor units, exact and free of any locale, or major units without separators."""

    def figure(minor: str) -> str:
        return f"{money(minor, EXPONENTS[asset])} {asset}" if asset else minor

    said = ERROR_NAME.sub(r"\1", _dated(sentence)).replace(" minor units:", ":")
    said = CONTROL_TOTAL.sub(lambda m: f"{m[1]} {figure(m[2])}, {m[3]} {figure(m[4])}", said)
    said = MINOR_FIGURE.sub(lambda m: f"{m[1]} {figure(m[2])}", said)
    return MAJOR_FIGURE.sub(lambda m: f"{m[1] and MINUS}{grouped(m[2])}{m[3]} {m[4]}", said)


def _dated(sentence: str, most: int = 0) -> str:
    return ISO_DATE.sub(lambda m: short_day(date.fromisoformat(m[0])), sentence, count=most)


def event_words(kind: str, text: str, asset: str) -> str:
    """What happened to a case. What a person said stands as it was written; a run's words carry figures."""
    if kind == "snoozed":
        return _dated(text, most=1)
    return text if kind == "noted" else in_major(text, asset)


def compared_as(key: str, reference: str) -> str:
    """The title of a reference that is compared in another form than it is written in; "" when they are the same."""
    return f"compared as {key}" if key and key != reference else ""


def new_key() -> str:
    """The idempotency key of one rendered form: sent twice, it is one act."""
    return uuid4().hex
