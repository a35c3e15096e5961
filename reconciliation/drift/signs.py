"""The facts that a diagnosis looks at, and the signs sought for each cause. Pure. Rows are the matcher's; days are
ordinals of banking days, amounts signed in the direction of the account's normal side."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciliation.matching.rows import EntryRow, KnownRow, LineRow


@dataclass(frozen=True, slots=True)
class Sign:
    """A fact looked for. The sentence reads as a statement; `found` says whether it holds."""

    sentence: str
    found: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One difference and what stands around it. `entries` and `lines` are its rows; of the same references elsewhere:
    `settled_entries` (day and amount: as they count) and `settled_lines` are matched, `open_entries` and
    `open_lines` stand alone (what differs from its counterpart is spoken for), `known` rows do not count. `behind` is
    what the matcher found behind a lone line: known rows, or an entry that outlived its grace.

    `lookalikes` are unmatched rows of the other side, of the same amount on these days under another reference or none;
    `same_sign_error`, `more_unconfirmed` and `same_code` count like differences beside this one."""

    day: int
    as_of: int
    grace: int
    out_sign: int
    contribution: int
    entries: tuple[EntryRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    settled_entries: tuple[EntryRow, ...] = ()
    settled_lines: tuple[LineRow, ...] = ()
    open_entries: tuple[EntryRow, ...] = ()
    open_lines: tuple[LineRow, ...] = ()
    known: tuple[KnownRow, ...] = ()
    behind: tuple[KnownRow | EntryRow, ...] = ()
    covered: bool = True
    lookalikes: int = 0
    same_sign_error: int = 0
    more_unconfirmed: int = 0
    same_code: int = 0

    @property
    def entry_alone(self) -> bool:
        return bool(self.entries) and not self.lines

    @property
    def line_alone(self) -> bool:
        return len(self.lines) == 1 and not self.entries

    @property
    def line(self) -> LineRow:
        return self.lines[0]

    @property
    def bank(self) -> int:
        return sum(x.signed for x in self.lines)

    @property
    def in_grace(self) -> bool:
        return self.as_of < self.day + self.grace

    @property
    def posted_twice(self) -> bool:
        """The same payment and use case, same amount, settled on this day already: this posting is one too many."""
        return self.entry_alone and any(
            (self.contribution, e.payment_id, e.use_case, self.day) == (s.signed, s.payment_id, s.use_case, s.day)
            for e in self.entries
            for s in self.settled_entries
        )

    @property
    def second_line(self) -> bool:
        """An equal line of this reference and day settled already."""
        return self.line_alone and self._is_second(self.line)

    @property
    def settled_payment(self) -> str:
        """The payment that the equal line settled first; "" where this line is no second one, or its entry names none."""
        return next((e.payment_id for e in self.settled_entries if e.payment_id), "") if self.second_line else ""

    @property
    def is_return(self) -> bool:
        """The line takes back what a line of this reference settled; each settled line comes back once."""
        if not self.line_alone or self.second_line:
            return False
        settled = [x for x in self.settled_lines if x.signed == -self.line.signed and x.day <= self.line.day]
        earlier = (self.line.day, self.line.line_id)
        returned = [
            x
            for x in self.open_lines
            if x.signed == self.line.signed
            and (x.day, x.line_id) < earlier
            and not self._is_second(x)
            and any(s.day <= x.day for s in settled)
        ]
        return len(settled) > len(returned)

    def _is_second(self, line: LineRow) -> bool:
        return any((x.signed, x.day) == (line.signed, line.day) for x in self.settled_lines)

    @property
    def fitting(self) -> tuple[KnownRow | EntryRow, ...]:
        """What stands behind the line at its very amount without counting on its day."""
        return tuple(b for b in self.behind if self.line_alone and b.signed == self.line.signed)

    @property
    def near(self) -> bool:
        """Something stands behind the line, at another amount: a mismatch, not a failed confirmation."""
        return self.line_alone and bool(self.behind) and not self.fitting

    @property
    def charge_is_the_difference(self) -> bool:
        charged = sum(x.charge for x in self.lines)
        return charged > 0 and -self.out_sign * self.contribution == charged


def _rejected_or_returned(f: Facts) -> list[Sign]:
    if f.line_alone:
        earlier = [x for x in f.settled_lines if x.day <= f.line.day]
        return [
            Sign("The line carries the reference of a payment of ours", f.line.payment_known or bool(f.settled_lines)),
            Sign("An earlier line of this reference settled that payment", bool(earlier)),
            Sign("Same amount, opposite direction: the money came back", f.is_return),
            Sign("No other transaction of ours explains the line", bool(earlier) and not (f.fitting or f.open_entries)),
        ]
    named = [*f.settled_lines, *f.open_lines, *f.lines]
    return [
        Sign("The ledger holds it as POSTED", f.entry_alone and not _reversed(f)),
        Sign(f"Cut-off and {f.grace} days of grace are over", f.entry_alone and not f.in_grace),
        Sign("No bank line carries its reference", bool(f.entries) and not named),
        Sign("The statements of those days are complete", f.entry_alone and f.covered),
        Sign("No other line of that amount is unexplained on those days", f.entry_alone and not f.lookalikes),
    ]


def _next_period(f: Facts) -> list[Sign]:
    return [
        Sign("It stands on the ledger's side alone so far", f.entry_alone),
        Sign(f"Its line is still expected: {f.grace} days of grace are not over", f.entry_alone and f.in_grace),
        Sign("Nothing else differs under its reference", f.entry_alone and not (f.open_lines or f.posted_twice)),
    ]


def _wrong_sign(f: Facts) -> list[Sign]:
    both = bool(f.entries and f.lines)
    ledger = f.contribution + f.bank
    return [
        Sign("Ledger and bank carry the same reference", both and not any(x.blank for x in f.lines)),
        Sign("The amounts are equal", both and abs(ledger) == abs(f.bank)),
        Sign("The directions are opposite", both and (ledger > 0) != (f.bank > 0)),
        Sign(_use_case_words(f), both and f.same_sign_error > 0),
    ]


def _never_initiated(f: Facts) -> list[Sign]:
    ours = bool(f.behind or f.known or f.open_entries or f.settled_entries or f.settled_lines)
    out = f.line_alone and f.line.out
    known = Sign("No transaction of ours carries its reference", f.line_alone and not ours)
    if f.second_line:
        known = Sign("An equal line of this reference settled the payment already", True)
    return [
        Sign("The line moves money out", out),
        known,
        Sign("No payment of ours is known by its reference", f.line_alone and not f.line.payment_known),
        Sign("The bank's code says neither fee nor interest", f.line_alone and not f.line.kind),
        Sign("No posting of ours of that amount is unexplained on those days", f.line_alone and not f.lookalikes),
    ]


def _confirmation_failed(f: Facts) -> list[Sign]:
    here = f.line_alone and bool(f.behind)
    return [
        Sign(f"The line carries the reference of a transaction that {_status_words(f)}", here),
        Sign("The amounts are equal", bool(f.fitting)),
        Sign("Both move in the same direction", here and all((b.signed > 0) == (f.line.signed > 0) for b in f.behind)),
        Sign("No POSTED transaction with this reference settled on that day", f.line_alone and not f.settled_entries),
        Sign(
            f"Other lines of that day settled what we do not hold as POSTED: {f.more_unconfirmed or 'none'}",
            f.line_alone and f.more_unconfirmed > 0,
        ),
    ]


def _not_modelled(f: Facts) -> list[Sign]:
    if f.entries and f.lines:
        return [
            Sign("The line states a charge", any(x.charge for x in f.lines)),
            Sign("The charge is exactly the difference", f.charge_is_the_difference),
            Sign("Ledger and bank move in the same direction", (f.contribution + f.bank > 0) == (f.bank > 0)),
        ]
    ours = bool(f.behind or f.known or f.open_entries or f.settled_entries)
    coded = f.line_alone and bool(f.line.kind)
    return [
        Sign(f"The bank's code says {f.line.kind if coded else 'fee or interest'}", coded),
        Sign("No transaction of ours carries its reference", f.line_alone and not ours),
        Sign("No posting of ours of that amount is unexplained on those days", f.line_alone and not f.lookalikes),
        Sign(f"Other lines of this account carry the code: {f.same_code or 'none'}", f.line_alone and f.same_code > 0),
    ]


def _reversed(f: Facts) -> bool:
    own = {e.transaction_id for e in f.entries}
    return any(k.transaction_id in own and k.status == "REVERSED" for k in f.known)


def _use_case_words(f: Facts) -> str:
    names = ", ".join(sorted({e.use_case for e in f.entries if e.use_case})) or "its use case"
    return f"Others of {names} show the same difference: {f.same_sign_error or 'none'}"


def _status_words(f: Facts) -> str:
    statuses = sorted({b.status for b in f.behind if isinstance(b, KnownRow)})
    words = {"PENDING": "is PENDING", "FAILED": "has FAILED", "REVERSED": "was reversed"}
    return " or ".join(words[s] for s in statuses) or "does not count on that day"


SIGNS: dict[int, Callable[[Facts], list[Sign]]] = {
    1: _rejected_or_returned, 2: _next_period, 3: _wrong_sign, 4: _never_initiated, 5: _confirmation_failed,
    6: _not_modelled,
}  # fmt: skip
