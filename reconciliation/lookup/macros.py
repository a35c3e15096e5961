"""What a macro may say: words, and the placeholders of a closed list. Pure.

A macro that cites a block explorer is refused: its link is no reference, and texts that lean on one are an early sign that
people have stopped trusting what the console says."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from reconciliation.errors import BadInput
from reconciliation.lookup.keys import TXID

PLACEHOLDERS = ("payment_id", "order", "merchant_reference", "amount", "sentence")
LONGEST_TEXT = 2000
LONGEST_NAME = 60
NAMED = re.compile(r"\{([^{}]*)\}")
ADDRESS = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"')\]]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"')\]]+")
EXPLORERS = re.compile(
    r"(?i)explorer|(?:ether|bsc|polygon|arbi|base|tron|sol|btc|ftm|snow|xrp)scan|mempool|blockchair|blockstream|blockcypher|"
    r"blockchain\.(?:com|info)|oklink|tokenview|snowtrace"
)
PATHS = frozenset({"tx", "txs", "txid", "transaction", "transactions", "address", "block", "blocks"})


def checked_name(name: str) -> str:
    """The name, trimmed. Raises BadInput."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a macro has a name of at most {LONGEST_NAME} characters", "name")
    return name


def checked_text(text: str) -> str:
    """The text, trimmed. Raises BadInput naming an unknown placeholder, or the explorer's link that it cites."""
    text = text.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= LONGEST_TEXT or not all(c.isprintable() or c == "\n" for c in text):
        raise BadInput(f"a macro has 1 to {LONGEST_TEXT} printable characters", "text")
    for name in NAMED.findall(text):
        if name not in PLACEHOLDERS:
            raise BadInput(f"{{{name[:40]}}} is no placeholder; there are {_listed()}", "text")
    if "{" in (rest := NAMED.sub("", text)) or "}" in rest:
        raise BadInput(f"a brace stands alone; placeholders are {_listed()}", "text")
    if (link := explorer_link(text)) is not None:
        raise BadInput(
            f"{link[:80]} leads to a block explorer, which is no reference: name {{payment_id}}, and let {{sentence}} say how "
            "it stands", "text",
        )  # fmt: skip
    return text


def explorer_link(text: str) -> str | None:
    """The first address in a text that leads to a block explorer: by its host, by a path like /tx/, or by a txid in it."""
    for address in ADDRESS.findall(text):
        whole = address if "://" in address else f"https://{address}"
        try:
            parts = urlsplit(whole)
        except ValueError:
            return str(address)
        if EXPLORERS.search(parts.netloc) or PATHS & set(parts.path.lower().split("/")) or TXID.search(address):
            return str(address)
    return None


def rendered(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its placeholders filled, and those that this payment has nothing for: with one of these it cannot be
    sent."""
    missing = tuple(dict.fromkeys(name for name in NAMED.findall(text) if not values.get(name)))
    return NAMED.sub(lambda found: values.get(found[1], ""), text), missing


def _listed() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
