"""The groups of one reference: which rows match, which differ, and how (STORIES §1, Contributions; first fit). Pure.

Each counted row or part lands in exactly one group; rule numbers are those of STORIES."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace

from reconciliation.matching.counting import count_on_days, without_reversals
from reconciliation.matching.rows import EntryRow, Group, KnownRow, LineRow, Part

AMOUNT, MISSING, TIMING = "amount_mismatch", "missing_counterpart", "timing_skew"
DUPLICATE, REFERENCE, UNMODELLED = "duplicate_observation", "reference_mismatch", "unmodelled_bank_item"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run is judged by: grace and as-of in banking days; `out_sign` is the sign that money out has on this account."""

    grace: int
    as_of: int
    out_sign: int

    def in_grace(self, day: int) -> bool:
        return self.as_of < day + self.grace


@dataclass(slots=True)
class _Day:
    """The rows of one reference on one counted day, shrinking as rules take them."""

    day: int
    parts: list[Part]
    lines: list[LineRow]
    terms: Terms
    settled: list[tuple[LineRow, EntryRow | None]]
    known: list[KnownRow]
    late: list[EntryRow]
    groups: list[Group] = field(default_factory=list)

    def put(self, rule: int, parts: Sequence[Part] = (), lines: Sequence[LineRow] = (), **more: object) -> None:
        self.groups.append(Group(self.day, rule, tuple(parts), tuple(lines), **more))  # type: ignore[arg-type]
        self.parts = [p for p in self.parts if p not in parts]
        self.lines = [x for x in self.lines if x not in lines]


def groups_of_reference(
    entries: Sequence[EntryRow], lines: Sequence[LineRow], known: Sequence[KnownRow], terms: Terms
) -> list[Group]:
    """All groups of one reference, in the order of their days. Σ contributions = Σ entries − Σ lines, always."""
    days = count_on_days(entries, lines, terms.grace)
    groups: list[Group] = []
    settled: list[tuple[LineRow, EntryRow | None]] = []
    remaining = list(known)
    late: list[EntryRow] = []
    for number in sorted(days):
        parts, booked = days[number]
        day = _Day(number, list(parts), list(booked), terms, settled, remaining, late)
        for rule in RULES:
            rule(day)
        groups += day.groups
        late += [p.entry for g in day.groups if g.rule == 10 for p in g.parts]
    return groups


def _cancelled(day: _Day) -> None:
    _, gone = without_reversals(day.parts, day.lines)
    if gone:
        day.put(1, gone)


def _equal_sums(day: _Day) -> None:
    if day.parts and day.lines and sum(p.signed for p in day.parts) == sum(x.signed for x in day.lines):
        only = day.parts[0].entry if len(day.parts) == 1 else None
        day.settled.extend((x, only) for x in day.lines)
        day.put(2, tuple(day.parts), tuple(day.lines))


def _equal_pairs_and_surplus(day: _Day) -> None:
    paired: list[tuple[Part, LineRow]] = []
    for line in list(day.lines):
        part = next((p for p in day.parts if p.signed == line.signed), None)
        if part is not None:
            paired.append((part, line))
            day.settled.append((line, part.entry))
            day.put(2, (part,), (line,))
    for part in list(day.parts):
        if any(_same_posting(part, p) for p, _ in paired):
            day.put(3, (part,), exception_class=DUPLICATE)
    for line in list(day.lines):
        if any(line.signed == x.signed for _, x in paired):
            day.put(3, (), (line,), exception_class=DUPLICATE, cause=4 if line.out else None)


def _same_posting(part: Part, first: Part) -> bool:
    a, b = part.entry, first.entry
    return part.signed == first.signed and a.payment_id == b.payment_id and a.use_case == b.use_case


def _opposite_sign(day: _Day) -> None:
    for line in list(day.lines):
        part = next((p for p in day.parts if p.signed == -line.signed), None)
        if part is not None:
            day.put(4, (part,), (line,), exception_class=AMOUNT, cause=3)


def _returned(day: _Day) -> None:
    for line in list(day.lines):
        first = next((pair for pair in day.settled if pair[0].signed == -line.signed), None)
        if first is not None:
            day.settled.remove(first)
            day.put(5, (), (line,), exception_class=MISSING, cause=1, related=(first[1],) if first[1] else ())


def _unequal(day: _Day) -> None:
    if day.parts and day.lines:
        group = Group(day.day, 6, tuple(day.parts), tuple(day.lines))
        charged = sum(x.charge for x in day.lines)
        netted = charged > 0 and -day.terms.out_sign * group.contribution == charged
        day.put(
            6, group.parts, group.lines, exception_class=UNMODELLED if netted else AMOUNT, cause=6 if netted else None
        )


def _fits_known(day: _Day) -> None:
    for line in list(day.lines):
        exact = next((k for k in day.known if k.signed == line.signed), None)
        late = next((e for e in day.late if e.signed == line.signed and e.day < day.day - day.terms.grace), None)
        if exact is not None:
            day.known.remove(exact)
            day.put(7, (), (line,), exception_class=MISSING, cause=5, known=(exact,))
        elif late is not None:
            day.late.remove(late)
            day.put(7, (), (line,), exception_class=MISSING, cause=5, related=(late,))
        elif near := [k for k in day.known if (k.signed > 0) == (line.signed > 0)]:
            day.known.remove(near[0])
            day.put(7, (), (line,), exception_class=AMOUNT, known=(near[0],))
        elif other := [e for e in day.late if (e.signed > 0) == (line.signed > 0)]:
            day.late.remove(other[0])
            day.put(7, (), (line,), exception_class=AMOUNT, related=(other[0],))


def _fee_or_interest(day: _Day) -> None:
    for line in [x for x in day.lines if x.kind]:
        day.put(8, (), (line,), exception_class=UNMODELLED, cause=6)


def _other_line(day: _Day) -> None:
    for line in list(day.lines):
        if not line.out:
            day.put(9, (), (line,), exception_class=REFERENCE)
        else:
            awaited = line.payment_known and day.terms.in_grace(day.day)
            day.put(9, (), (line,), exception_class=MISSING, cause=None if awaited else 4)


def _lone_entry(day: _Day) -> None:
    for part in list(day.parts):
        expected = day.terms.in_grace(day.day)
        day.put(10, (part,), exception_class=TIMING if expected else MISSING, cause=2 if expected else 1)


RULES: tuple[Callable[[_Day], None], ...] = (
    _cancelled, _equal_sums, _equal_pairs_and_surplus, _opposite_sign, _returned, _unequal, _fits_known,
    _fee_or_interest, _other_line, _lone_entry,
)  # fmt: skip


def pair_blank_lines(groups: Sequence[Group], apart: Set[tuple[int, int]] = frozenset()) -> list[Group]:
    """Rule 9, last half, over all references: a line without reference and exactly one lone entry of its day and amount are
    a reference mismatch of contribution 0, open. More than one candidate on either side is named and never guessed. `apart`: the
    (line, transaction) of which people said that they do not belong together."""
    lone = [g for g in groups if g.rule == 10]
    blank = [g for g in groups if g.rule == 9 and g.lines[0].blank and not g.lines[0].kind]
    entries: dict[tuple[int, int], list[Group]] = {}
    lines: dict[tuple[int, int], list[Group]] = {}
    for g in lone:
        entries.setdefault((g.day, g.parts[0].signed), []).append(g)
    for g in blank:
        lines.setdefault((g.day, g.lines[0].signed), []).append(g)
    gone: set[int] = set()
    made: list[Group] = []
    for where, candidates in lines.items():
        counterparts = [
            e
            for e in entries.get(where, [])
            if any((c.lines[0].line_id, e.parts[0].entry.transaction_id) not in apart for c in candidates)
        ]
        if len(candidates) == 1 and len(counterparts) == 1:
            line, entry = candidates[0], counterparts[0]
            gone |= {id(line), id(entry)}
            made.append(Group(where[0], 9, entry.parts, line.lines, exception_class=REFERENCE))
        elif counterparts:
            note = f"ambiguous: {len(counterparts)} ledger entries and {len(candidates)} lines of that day and amount, none chosen"
            gone |= {id(g) for g in candidates}
            made += [replace(g, note=note) for g in candidates]
    return [g for g in groups if id(g) not in gone] + made
