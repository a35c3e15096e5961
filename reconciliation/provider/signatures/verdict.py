"""What the check of a delivery's signature says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Reason = Literal[
    "missing-headers",  # a header of the scheme is absent or empty
    "duplicate-headers",  # one of them comes twice: which one counts would be a guess
    "invalid-timestamp",  # not Unix seconds in ASCII digits
    "clock-skew",  # further from now than the scheme tolerates, in either direction
    "body-too-large",
    "unreadable-body",  # for schemes that sign fields: the body does not hold them in their form
    "missing-signature",  # for schemes that sign fields: the body carries no signature
    "no-usable-key",  # no key, or none in the scheme's form: an empty secret would verify anybody
    "signature-mismatch",  # no key makes any of the signatures, also when those are not written in the scheme's form
]
REASONS: tuple[str, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is None when verified. `key` is the position of the key that fitted, counted from 0.

    `signed_at` and `signed_id` are set on verified deliveries only, by schemes whose signature covers a time or an id.
    """

    reason: Reason | None
    key: int | None = None
    signed_at: datetime | None = None
    signed_id: str = ""

    @property
    def verified(self) -> bool:
        return self.reason is None
