"""What the matcher looks at, and what it says. Plain data: no Django in here.

Days are ordinals of banking days, so grace is a subtraction; amounts are signed integers in the direction of the account's
normal side, the same on both planes (STORIES §1)."""

from dataclasses import dataclass
from typing import Literal

Known = Literal["PENDING", "FAILED", "REVERSED"]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A POSTED entry on the reconciled account. `recorded` orders entries of one day; `reverses` is the original's id."""

    transaction_id: int
    leg: int
    key: str
    day: int
    signed: int
    payment_id: str = ""
    use_case: str = ""
    recorded: int = 0
    reverses: int | None = None

    @property
    def row(self) -> tuple[int, int, int]:
        return (0, self.transaction_id, self.leg)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A booked bank line. `blank` when the bank gave no reference of ours; `charge` is the charge detail it includes."""

    line_id: int
    key: str
    day: int
    signed: int
    out: bool = False
    blank: bool = False
    kind: str = ""
    charge: int = 0
    payment_known: bool = False

    @property
    def row(self) -> tuple[int, int, int]:
        return (1, self.line_id, 0)


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A transaction that stands behind a reference without counting: PENDING, FAILED, or reversed and not re-posted."""

    transaction_id: int
    key: str
    signed: int
    status: Known
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of an entry that counts on a day; most entries count in one part, whole."""

    entry: EntryRow
    signed: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one reference and one counted day that belong together: a match (contribution 0, no class) or a difference."""

    day: int
    rule: int
    parts: tuple[Part, ...] = ()
    lines: tuple[LineRow, ...] = ()
    exception_class: str = ""
    cause: int | None = None
    known: tuple[KnownRow, ...] = ()
    related: tuple[EntryRow, ...] = ()
    note: str = ""

    @property
    def contribution(self) -> int:
        return sum(p.signed for p in self.parts) - sum(x.signed for x in self.lines)

    @property
    def is_match(self) -> bool:
        return not self.exception_class
