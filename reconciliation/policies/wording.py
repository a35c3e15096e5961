"""A checkpoint's document in words, part by part, and what changes between two. Pure. Amounts are written in major units of their
asset; the words of facts are the vocabulary's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.assets import EXPONENTS
from ledger.money import spoken
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.checkpoints.vocabulary import BYPASSES, VOCABULARY

Document = Mapping[str, Any]
FACT_WORDS = {
    "use_case": "use case", "account": "account", "asset": "asset", "rail": "rail", "provider_state": "state at the provider",
    "exception_class": "class", "plane_pair": "planes", "door": "door", "role": "role", "from": "from", "to": "to",
    "reason_code": "reason", "bank_code": "bank's code", "flow": "money", "looser": "looser", "step": "step", "on": "on",
    "name": "name", "root_cause": "root cause", "change": "change",
}  # fmt: skip
OUTCOME_WORDS = {"automatic": "happens by itself", "approval": "needs approval", "forbidden": "is forbidden"}
REQUIREMENTS = {
    "permitted": "a code of its class", "noted": "a note", "signed": "a sign-off", "reason_code": "a reason code",
    "ticket": "a ticket",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sentence: of which clause (0: the checkpoint itself), its label, its words."""

    clause: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """`sign` is "-" for what a part said and "+" for what it will say."""

    sign: str
    part: Part


def parts_of(document: Document) -> list[Part]:
    """Every part that says something, in the order of the sentence."""
    parts = [
        Part(0, "Title", document["title"]), Part(0, "Owner", document["owner"]),
        Part(0, "Order", f"asked at {document['precedence']}, lower is earlier"),
    ]  # fmt: skip
    for n, clause in enumerate(document["clauses"], 1):
        parts += [Part(n, label, text) for label, text in _clause(clause) if text]
    return parts


def changes(was: Document | None, now: Document | None) -> list[Change]:
    """What one says and the other does not, part by part; nothing for two that say the same."""
    before, after = parts_of(was) if was else [], parts_of(now) if now else []
    keys = list(dict.fromkeys([(p.clause, p.label) for p in [*before, *after]]))
    found = []
    for key in sorted(keys, key=lambda k: k[0]):
        old = [p for p in before if (p.clause, p.label) == key]
        new = [p for p in after if (p.clause, p.label) == key]
        if [p.text for p in old] != [p.text for p in new]:
            found += [Change("-", p) for p in old] + [Change("+", p) for p in new]
    return found


def unchanged(was: Document | None, now: Document) -> list[str]:
    """The labels of the parts that stay as they are, each once."""
    changed = {(c.part.clause, c.part.label) for c in changes(was, now)}
    return list(dict.fromkeys(p.label.lower() for p in parts_of(now) if (p.clause, p.label) not in changed))


def sentence_of(clause: Document) -> str:
    """The clause as one sentence."""
    said = dict(_clause(clause))
    where = f" where {said['Only where']}" if said["Only where"] else ""
    size = f" of {said['Amount']}" if said["Amount"] else ""
    text = f"When {said['When']}{size}{where}, it {said['Outcome']}"
    for label, word in (("Approvals", ""), ("Matchers", "once "), ("Needs", "with ")):
        text += f", {word}{said[label]}" if said[label] else ""
    return text + (f". Never skipped by {said['Never bypass']}." if said["Never bypass"] else ".")


def branch_of(clause: Document) -> tuple[str, str]:
    """The clause without its moves and its outcome: where it fits ("" for everywhere), and what it then asks for."""
    said = dict(_clause(clause))
    where = "; ".join(words for words in (said["Amount"], said["Only where"]) if words)
    answer = [said["Approvals"]]
    answer += [f"{word} {said[label]}" for label, word in (("Matchers", "once"), ("Needs", "with")) if said[label]]
    return where, ", ".join(words for words in answer if words)


def band_words(asset: str, band: Mapping[str, str]) -> str:
    """ "at least 50,000.00 ETB", with its end where it has one; its end alone where it begins at nothing."""
    end = f"below {_money(band['below'], asset)}" if "below" in band else ""
    if end and int(band["from"]) == 0:
        return end
    return f"at least {_money(band['from'], asset)}" + (f", {end}" if end else "")


def _clause(c: Document) -> Sequence[tuple[str, str]]:
    approval, matchers = c.get("approval", {}), c.get("matchers", {})
    when = "; ".join(f"{FACT_WORDS[f]} is {_or(v)}" for f, v in sorted(c.get("when", {}).items()))
    return (
        ("When", _or([VOCABULARY[m].words if m in VOCABULARY else m for m in c["moves"]])),
        ("Amount", _or([band_words(a, b) for a, b in sorted(c.get("amounts", {}).items())])),
        ("Only where", when),
        ("Outcome", OUTCOME_WORDS[c["outcome"]]),
        ("Approvals", _approvals(approval) if approval else ""),
        ("Needs", " and ".join(REQUIREMENTS[r] for r in c.get("requires", ()))),
        ("Matchers", _matchers(matchers) if matchers else ""),
        ("Never bypass", ", ".join(BYPASSES[n] for n in c.get("never", ()))),
        ("Because", c["reason"]),
        ("Refusal", c.get("refusal", "")),
    )


def _approvals(approval: Document) -> str:
    who = _or([r.replace("_", " ") + "s" for r in approval["roles"]])
    text = f"{_count(approval['quorum'])} by {who} who did not ask for it"
    for asset, bands in sorted(approval.get("bands", {}).items()):
        text += "".join(f"; {_count(b['quorum'])} from {_money(b['from'], asset)}" for b in bands)
    return text


def _matchers(matchers: Document) -> str:
    pairs = " and ".join(PAIR_WORDS[p] for p in matchers["pairs"])
    return f"{pairs} agree; else it {'waits' if matchers.get('otherwise') == 'hold' else 'is refused'}"


def _count(n: int) -> str:
    return f"{n} approval" if n == 1 else f"{n} approvals"


def _money(minor: str, asset: str) -> str:
    if asset not in EXPONENTS:
        return f"{minor} minor units {asset}"
    return spoken(int(minor), asset)


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" or {words[-1]}" if words else ""
