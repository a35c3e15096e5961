"""Reads the stories' notation: rows are given, checks are expected. One story is a list of steps in the order written."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ACCOUNTS = {  # code: (kind, asset, reconciled)
    "clr": ("LIABILITY", "ETB", True),
    "sus": ("LIABILITY", "ETB", False),
    "ap": ("LIABILITY", "ETB", False),
    "cash": ("ASSET", "ETB", True),
    "emp": ("ASSET", "ETB", False),
    "ar": ("ASSET", "ETB", False),
    "acc": ("ASSET", "ETB", False),
    "pset": ("ASSET", "ETB", False),
    "fee": ("EXPENSE", "ETB", False),
    "rnd": ("EXPENSE", "ETB", False),
    "rev": ("REVENUE", "ETB", False),
    "int": ("REVENUE", "ETB", False),
    "usd": ("ASSET", "USD", True),
    "pusd": ("ASSET", "USD", False),
    "pfee": ("EXPENSE", "USD", False),
    "xusd": ("EQUITY", "USD", False),
    "btc": ("ASSET", "BTC", True),
    "ar_b": ("ASSET", "BTC", False),
    "unap": ("LIABILITY", "BTC", False),
    "xbtc": ("EQUITY", "BTC", False),
    "eth": ("ASSET", "ETH", True),
    "ueth": ("LIABILITY", "ETH", False),
}
USUAL = {
    "ewa": "emp/clr",
    "receipt": "cash/ar",
    "supplier": "ap/cash",
    "deposit": "btc/unap",
    "recognise": "unap/ar_b",
    "settle": "cash/pset",
}
CLASSES = {
    "MC": "missing_counterpart", "AM": "amount_mismatch", "TS": "timing_skew", "DO": "duplicate_observation",
    "RM": "reference_mismatch", "UB": "unmodelled_bank_item",
}  # fmt: skip


@dataclass
class Tx:
    name: str
    day: str
    status: str
    use_case: str
    legs: list[tuple[str, str, int]]
    reference: str = ""
    payment: str = ""
    reverses: str = ""


@dataclass
class Line:
    name: str
    account: str
    day: str
    amount: int
    reference: str = ""
    code: str = ""
    charge: int = 0
    booked: str = ""


@dataclass
class Check:
    account: str
    day: str
    ledger: int
    statement: int
    drift: int
    verdict: str
    timing_rows: list[str] = field(default_factory=list)
    contributions: list[tuple[int, str, int | None, list[str]]] = field(default_factory=list)


@dataclass
class Confirm:
    name: str
    day: str


@dataclass
class Balance:
    account: str
    amount: int


@dataclass
class Position:
    account: str
    day: str
    amount: int


Step = Tx | Line | Check | Confirm | Balance | Position


def day_of(text: str) -> str:
    return f"2026-03-{text}" if re.fullmatch(r"\d\d", text) else f"2026-{text}"


def read(path: Path) -> dict[str, list[Step]]:
    """The stories of a file by their number; steps that belong to other deliveries (gate, unknown) are left out."""
    stories: dict[str, list[Step]] = {}
    steps: list[Step] = []
    for raw in path.read_text().splitlines():
        if raw.startswith("# S"):
            steps = stories.setdefault(raw[2:5], [])
        elif raw.strip() and not raw.startswith(("#", "gate", "unknown")) and not raw.endswith(" U"):
            _read_line(raw, steps)
    return stories


def _read_line(raw: str, steps: list[Step]) -> None:
    word = raw.split()[0]
    if word == "=":
        steps.append(_check(raw.split()))
    elif word == "c":
        steps[-1].contributions.append(_contribution(raw.split()))  # type: ignore[union-attr]
    elif word == "confirm":
        steps.append(Confirm(raw.split()[1], day_of(raw.split()[2])))
    elif word == "balance":
        pairs = raw.split()[1:]
        steps.extend(Balance(a, int(n)) for a, n in zip(pairs[::2], pairs[1::2], strict=True))
    elif word == "position":
        _, account, day, amount = raw.split()
        steps.append(Position(account, day_of(day), int(amount)))
    elif word.startswith("L"):
        steps.append(_line(raw))
    else:
        steps.append(_tx(raw, steps))


def _check(words: list[str]) -> Check:
    _, account, day, *rest = words
    day = day_of(day)
    if rest[-1] == "C" and len(rest) == 2:
        return Check(account, day, int(rest[0]), int(rest[0]), 0, "CLEAN")
    ledger, statement, drift, verdict, *rows = rest
    return Check(account, day, int(ledger), int(statement), int(drift), "TIMING" if verdict == "W" else "DRIFTED", rows)


def _contribution(words: list[str]) -> tuple[int, str, int | None, list[str]]:
    _, amount, label, *rows = words
    return int(amount), CLASSES[label[:2]], None if label[2] == "-" else int(label[2]), rows


def _line(raw: str) -> Line:
    m = re.fullmatch(r'(L\w*) (\w+) (\S+) ([+-]\d+)(?: @(\w+))?(?: "(\w+)")?(?: charges (\d+))?(?: booked (\d+))?', raw)
    assert m, raw
    name, account, day, amount, ref, code, charge, booked = m.groups()
    return Line(
        name,
        account,
        day_of(day),
        int(amount),
        ref or "",
        code or "",
        int(charge or 0),
        day_of(booked) if booked else "",
    )


def _tx(raw: str, steps: list[Step]) -> Tx:
    m = re.fullmatch(r"([TNR]\w*) (\S+) (?:(PENDING|FAILED) )?(.*?)(?: @(\w+))?(?: (p\d+))?", raw)
    assert m, raw
    name, day, status, body, ref, payment = m.groups()
    words = body.split()
    if words[0] == "rev":
        original = next(s for s in steps if isinstance(s, Tx) and s.name == words[1])
        turned = [(a, "CREDIT" if d == "DEBIT" else "DEBIT", n) for a, d, n in original.legs]
        return Tx(
            name,
            day_of(day),
            "POSTED",
            original.use_case,
            turned,
            original.reference,
            original.payment,
            original.name,
        )
    use_case, legs = words[0], []
    rest = words[1:]
    if "/" not in rest[0]:
        rest = [USUAL[use_case], *rest]
    for pair, amount in zip(rest[::2], rest[1::2], strict=True):
        debit, credit = pair.split("/")
        legs += [(debit, "DEBIT", int(amount)), (credit, "CREDIT", int(amount))]
    return Tx(name, day_of(day), status or "POSTED", use_case, legs, ref or "", payment or "")
