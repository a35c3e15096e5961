"""An anchor as text: a signed note in the form of C2SP (c2sp.org/signed-note), shaped as a checkpoint of a log: origin, size,
digest, then lines of our own. Pure but for the keys.

    plumbline/acme
    412
    rL9wX0vj…=                     the digest of block 412, base64
    rows 90125
    at 2026-03-20T12:00:00+00:00

    — plumbline MfO2bQ…=           base64 of the key's id and an Ed25519 signature of all lines above the empty one
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.anchors.keys import PublicKey, SigningKey

DASH = "—"


class BadAnchor(Exception):
    """What does not hold, in words."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """`origin` names the installation and the tenant's chain, `blocks` its length, `head` the last block's digest in hexadecimal,
    `rows` how many rows the blocks hold."""

    origin: str
    blocks: int
    head: str
    rows: int
    at: datetime

    @property
    def named(self) -> str:
        """As a verification names a head: "412:acbf70…"."""
        return f"{self.blocks}:{self.head}"


def signed_note(anchor: Anchor, key: SigningKey) -> str:
    digest = base64.b64encode(bytes.fromhex(anchor.head)).decode()
    body = f"{anchor.origin}\n{anchor.blocks}\n{digest}\nrows {anchor.rows}\nat {anchor.at.isoformat()}\n"
    made = base64.b64encode(key.public.id + key.sign(body.encode())).decode()
    return f"{body}\n{DASH} {key.public.name} {made}\n"


def read_note(note: str, trusted: Sequence[PublicKey]) -> Anchor:
    """The anchor that one of the keys signed. Raises BadAnchor."""
    body, _, signatures = note.rpartition("\n\n")
    body += "\n"
    if not any(_signed_by(key, body, signatures) for key in trusted):
        raise BadAnchor("it is not signed by a key that this installation trusts")
    try:
        origin, blocks, digest, rows, at = body.removesuffix("\n").split("\n")[:5]
        head = base64.b64decode(digest, validate=True).hex()
        read_at = datetime.fromisoformat(at.removeprefix("at "))
        return Anchor(origin, int(blocks), head, int(rows.removeprefix("rows ")), read_at)
    except ValueError as error:
        raise BadAnchor(f"it cannot be read ({error})") from error


def _signed_by(key: PublicKey, body: str, signatures: str) -> bool:
    for line in signatures.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, coded = rest.partition(" ")
        try:
            raw = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError):
            continue
        if base64.b64encode(raw).decode() != coded:
            continue  # one spelling: a reader that forgives others can be shown two notes that differ
        if (dash, name, raw[:4]) == (DASH, key.name, key.id) and key.holds(raw[4:], body.encode()):
            return True
    return False
