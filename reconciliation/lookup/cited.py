"""Whether a text leans on a block explorer: its address, or the bare id of a transaction on a rail. Pure.

An address is an explorer's by its host, or by a path like /tx/ with an id of a rail behind it; another address that merely holds
an id, as our own pages do, is not. A digest that the words before it call one is no transaction.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from reconciliation.lookup.keys import TXID
from reconciliation.lookup.macros import ADDRESS, EXPLORERS, PATHS

SHORT_ID = re.compile(
    r"(?i)(0x[0-9a-f]{40,64}|[0-9a-f]{64}|(?:bc1|tb1)[0-9a-z]{20,90}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|[1-9A-HJ-NP-Za-km-z]{80,90})"
)
CALLED_A_DIGEST = re.compile(
    r"(?i)(?:sha-?256|digest|hash of|commit|checksum|manifest|fingerprint|etag)\W{0,3}(?:is\W|of\W)?\W{0,2}$"
)
EDGES = ".,;:!?()[]{}<>\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Cited:
    """`text` as it stands in the note; `link` whether it is an address; `txid` the id in it, "" where there is none."""

    text: str
    link: bool
    txid: str


def explorer_citations(text: str) -> list[Cited]:
    """What of a text is a block explorer's, in order; none twice."""
    found: list[Cited] = []
    for match in ADDRESS.finditer(text):
        if (cited := _of_address(match[0])) is not None:
            found.append(cited)
    rest = ADDRESS.sub(lambda m: " " * len(m[0]), text)
    for match in TXID.finditer(rest):
        if not CALLED_A_DIGEST.search(rest[max(0, match.start() - 30) : match.start()]):
            found.append(Cited(match[1], False, match[1]))
    return list(dict.fromkeys(found))


def words_of(text: str) -> list[str]:
    """The words of a text that may be keys: without its addresses, without marks around them."""
    return list(dict.fromkeys(word for part in ADDRESS.sub(" ", text).split() if (word := part.strip(EDGES))))


def _of_address(address: str) -> Cited | None:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return None
    txid = TXID.search(address)
    steps = [step for step in f"{parts.path}/{parts.fragment}".split("/") if step]
    named = any(step.lower() in PATHS and SHORT_ID.fullmatch(after) for step, after in pairwise(steps))
    return Cited(address, True, txid[1] if txid else "") if named or EXPLORERS.search(parts.netloc) else None
