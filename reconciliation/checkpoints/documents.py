"""A policy version as a document: held against its schema and the vocabulary, then read as clauses. Pure. The same document is
stored, edited, compared and exchanged; nothing else states a policy."""

import hashlib
import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from ledger.assets import EXPONENTS
from reconciliation.checkpoints.clauses import Clause, Span
from reconciliation.checkpoints.fact_values import values_of
from reconciliation.checkpoints.vocabulary import BYPASSES, VOCABULARY
from reconciliation.errors import BadInput

Document = dict[str, Any]
SCHEMA = "plumbline/checkpoint/1"
RESERVED = frozenset({"new", "begin", "import", "overrides"})  # beside checkpoints in their addresses
NEVER = {
    "observed": "it states what is and cannot be refused",
    "always": "it needs approval or is forbidden, for it is asked for by one person",
    "never": "it is allowed or forbidden; nothing can wait for an approval where nobody asks for one",
}
SCHEMA_FILE = Path(__file__).parent / "policies" / "checkpoint.schema.json"


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a document."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
    return found


def require_document(given: object) -> Document:
    """The document itself. Raises BadInput naming the place (clauses[0].when) of what its schema or the vocabulary refuses."""
    error = best_match(Draft202012Validator(schema()).iter_errors(given))
    if error is not None:
        raise BadInput(_words(error), _place(error.absolute_path))
    document: Document = given  # type: ignore[assignment]
    if document["key"] in RESERVED:
        raise BadInput(f"{document['key']} is an address of its own and no checkpoint's key", "key")
    for n, clause in enumerate(document["clauses"]):
        _require_clause(clause, f"clauses[{n}]")
    return document


def clauses_of(document: Document, version: int) -> list[Clause]:
    """The clauses of a document that stands, in order, numbered from 1."""
    return [_clause(document, version, n, c) for n, c in enumerate(document["clauses"], 1)]


def digest_of(document: Document) -> bytes:
    """SHA-256 of the document in one spelling: keys sorted, no blanks, UTF-8."""
    return hashlib.sha256(
        json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).digest()


def _clause(document: Document, version: int, n: int, c: Document) -> Clause:
    approval, matchers = c.get("approval", {}), c.get("matchers", {})
    return Clause(
        policy=document["title"], key=document["key"], version=version, number=c.get("number", str(n)),
        outcome=c["outcome"], reason=c["reason"], moves=frozenset(c["moves"]),
        when={name: frozenset(values) for name, values in c.get("when", {}).items()},
        amounts={asset: _span(band) for asset, band in c.get("amounts", {}).items()},
        requires=tuple(c.get("requires", ())), matchers=tuple(matchers.get("pairs", ())),
        otherwise=matchers.get("otherwise", "refuse"), roles=frozenset(approval.get("roles", ())),
        quorum=approval.get("quorum", 0),
        bands={a: tuple((int(b["from"]), b["quorum"]) for b in bands) for a, bands in approval.get("bands", {}).items()},
        never=frozenset(c.get("never", ())), refusal=c.get("refusal", ""),
    )  # fmt: skip


def _span(band: Document) -> Span:
    return int(band["from"]), int(band["below"]) if "below" in band else None


def _require_clause(clause: Document, where: str) -> None:
    for name in clause["moves"]:
        if name not in VOCABULARY:
            raise BadInput(f"policy knows no move {name!r:.60}", f"{where}.moves")
        _require_facts(clause, VOCABULARY[name].facts, name, where)
        if clause["outcome"] not in VOCABULARY[name].outcomes:
            raise BadInput(f"{VOCABULARY[name].words}: {NEVER[_kind_of(name)]}", f"{where}.outcome")
        if unknown := set(clause.get("requires", ())) - VOCABULARY[name].requirements:
            raise BadInput(f"{name} gives no {', '.join(sorted(unknown))}", f"{where}.requires")
    _require_values(clause, where)
    if unknown := set(clause.get("never", ())) - set(BYPASSES):
        raise BadInput(
            f"what may not skip is one of {', '.join(BYPASSES)}, not {', '.join(sorted(unknown))}", f"{where}.never"
        )
    if (clause["outcome"] == "approval") != ("approval" in clause):
        raise BadInput("who approves is said exactly where the outcome is approval", f"{where}.approval")
    _require_bands(clause, where)


def _kind_of(move: str) -> str:
    return "observed" if VOCABULARY[move].observed else VOCABULARY[move].asked


def _require_facts(clause: Document, facts: frozenset[str], move: str, where: str) -> None:
    read = set(clause.get("when", {})) | ({"amount"} if "amounts" in clause else set())
    if clause.get("matchers"):
        read.add("matched")
    if unknown := read - facts:
        known = ", ".join(sorted(facts - {"matched"}))
        raise BadInput(f"{move} carries no {', '.join(sorted(unknown))}; it carries {known}", f"{where}.when")


def _require_values(clause: Document, where: str) -> None:
    """What no move can ever carry fits nothing, or by a slip of the pen everything."""
    for fact, said in clause.get("when", {}).items():
        known = values_of(fact, clause["moves"])
        if known and (unknown := [v for v in said if v not in known]):
            one_of = ", ".join(known)
            raise BadInput(
                f"{fact.replace('_', ' ')} is one of {one_of}, not {', '.join(unknown):.60}", f"{where}.when.{fact}"
            )
    for asset in {**clause.get("amounts", {}), **clause.get("approval", {}).get("bands", {})}:
        if asset not in EXPONENTS:
            raise BadInput(f"{asset:.20} is no asset; amounts are per asset and never converted", f"{where}.amounts")


def _require_bands(clause: Document, where: str) -> None:
    for asset, band in clause.get("amounts", {}).items():
        if "below" in band and int(band["below"]) <= int(band["from"]):
            raise BadInput("a band ends above where it starts", f"{where}.amounts.{asset}")
    approval = clause.get("approval", {})
    for asset, bands in approval.get("bands", {}).items():
        steps = [(int(b["from"]), b["quorum"]) for b in bands]
        if any(a[0] >= b[0] or a[1] >= b[1] for a, b in pairwise(steps)) or steps[0][1] <= approval["quorum"]:
            raise BadInput("higher bands ask for more people, in ascending order", f"{where}.approval.bands.{asset}")


def _place(path: Any) -> str:
    place = ""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    return place or "document"


def _words(error: ValidationError) -> str:
    of_an_amount = {"amounts", "bands"}.intersection(error.absolute_path) and error.absolute_path[-1] in (
        "from",
        "below",
    )
    if error.validator in ("pattern", "type") and of_an_amount:
        return f"{error.instance!r:.40} is no whole number of minor units as text: '5000000' of ETB is 50,000.00"
    message = str(error.message)
    return message if len(message) <= 300 else message[:297] + "..."
