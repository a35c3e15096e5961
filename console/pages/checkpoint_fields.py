"""The sentence of a checkpoint as native fields, each with what can be chosen, what is, and whether it differs from the version in
force."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciliation.checkpoints.fact_values import values_of
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.checkpoints.vocabulary import BYPASSES, VOCABULARY
from reconciliation.policies.wording import FACT_WORDS, OUTCOME_WORDS, REQUIREMENTS

Typed = Mapping[str, Any]
Options = list[dict[str, Any]]
ROLE_WORDS = {"controller": "controllers", "policy_admin": "policy admins", "both": "controllers or policy admins"}
OTHERWISE = {"hold": "waits", "refuse": "is refused"}
HINTS = {"bank_code": "as the bank's line states it: NCHG, PMNT/MCOP/CHRG, 698"}


def sentence_fields(typed: Typed, was: Typed | None, assets: Sequence[str]) -> dict[str, Any]:
    """`was`: the version in force as the form would show it, None for a checkpoint that is new."""
    before = list(was["clauses"]) if was else []
    return {
        "title": _text("title", typed, was), "owner": _text("owner", typed, was),
        "precedence": _text("precedence", typed, was), "count": len(typed["clauses"]),
        "clauses": [
            _clause(n, c, before[n - 1] if n <= len(before) else None, assets, was is not None)
            for n, c in enumerate(typed["clauses"], 1)
        ],
    }  # fmt: skip


def _text(name: str, typed: Typed, was: Typed | None) -> dict[str, Any]:
    return {"value": typed[name], "changed": was is not None and was[name] != typed[name]}


def _clause(n: int, c: Typed, was: Typed | None, assets: Sequence[str], compare: bool) -> dict[str, Any]:
    def changed(name: str, position: int | None = None) -> bool:
        if not compare:
            return False
        old = was[name] if was else None
        if position is None or old is None:
            return bool(old != c[name])
        return position >= len(old) or old[position] != c[name][position]

    moves = [*c["moves"], ""]
    reading = sorted({f for m in c["moves"] if m in VOCABULARY for f in VOCABULARY[m].facts} - {"amount", "matched"})
    needs = sorted({r for m in c["moves"] if m in VOCABULARY for r in VOCABULARY[m].requirements})
    coins = {a: a for a in sorted({*assets, *(a for a, *_ in c["amounts"]), *(a for a, *_ in c["bands"])})}
    return {
        "n": n, "id": f"c{n}-", "more": len(c["moves"]) > 0,
        "moves": [{"options": _moves(m), "changed": i < len(c["moves"]) and changed("moves", i)} for i, m in enumerate(moves)],
        "facts": [
            {"options": _options({f: FACT_WORDS.get(f, f) for f in reading}, f, "any"), "name": f, "hint": HINTS.get(f, ""),
             **_offered(f, v, c["moves"], coins), "changed": bool(f) and changed("facts", i)}
            for i, (f, v) in enumerate([*c["facts"], ("", "")])
        ],
        "amounts": [
            {"options": _options(coins, a, "any amount"), "from": start, "below": end,
             "changed": bool(a) and changed("amounts", i)}
            for i, (a, start, end) in enumerate([*c["amounts"], ("", "", "")])
        ] if _weighs(c) else [],
        "outcome": {"options": _options(OUTCOME_WORDS, c["outcome"]), "changed": changed("outcome")},
        "approval": {
            "quorum": c["quorum"], "quorum_changed": changed("quorum"),
            "roles": _options(ROLE_WORDS, c["roles"]), "roles_changed": changed("roles"),
            "bands": [
                {"options": _options(coins, a, "no larger amounts"), "from": start, "quorum": q,
                 "changed": bool(a) and changed("bands", i)}
                for i, (a, start, q) in enumerate([*c["bands"], ("", "", "2")])
            ],
        },
        "needs": [{"value": r, "label": REQUIREMENTS[r], "on": r in c["requires"]} for r in needs],
        "needs_changed": changed("requires"),
        "matchers": [
            {"value": p, "label": words, "on": p in c["matchers"]} for p, words in PAIR_WORDS.items()
        ] if "matched" in _facts(c) and c["outcome"] != "forbidden" else [],
        "matchers_changed": changed("matchers"), "otherwise": _options(OTHERWISE, c["otherwise"]),
        "waits": bool(c["matchers"]),
        "never": [
            {"options": _options(BYPASSES, b, "nobody else" if c["never"] else "nobody"),
             "changed": bool(b) and changed("never", i)}
            for i, b in enumerate([*c["never"], ""])
        ],
        "reason": {"value": c["reason"], "changed": changed("reason")},
        "refusal": {"value": c["refusal"], "changed": changed("refusal")} if needs or c["refusal"] else None,
    }  # fmt: skip


def _offered(fact: str, said: str, moves: Sequence[str], coins: Iterable[str]) -> dict[str, Any]:
    """A fact's values: ticks where the list is closed, of assets those that are kept books in; the rest is a text."""
    chosen = [v.strip() for v in said.split(",") if v.strip()]
    known = values_of(fact, moves)
    offered = [v for v in known if fact != "asset" or v in coins or v in chosen]
    ticks = [{"value": v, "label": v.replace("_", " "), "on": v in chosen} for v in offered]
    return {"ticks": ticks, "value": ", ".join(v for v in chosen if v not in known) if ticks else said}


def _weighs(c: Typed) -> bool:
    return "amount" in _facts(c) or bool(c["amounts"])


def _facts(c: Typed) -> set[str]:
    """What every move of the clause carries: a clause may select by nothing else."""
    known = [VOCABULARY[m].facts for m in c["moves"] if m in VOCABULARY]
    return set(frozenset.intersection(*known)) if known else set()


def _moves(chosen: str) -> Options:
    words = {name: t.words for name, t in VOCABULARY.items()}
    return _options(words, chosen, "nothing else happens")


def _options(words: Mapping[str, str], chosen: str, blank: str = "") -> Options:
    found: Options = [{"value": "", "label": blank, "on": not chosen}] if blank else []
    found += [{"value": value, "label": label, "on": value == chosen} for value, label in words.items()]
    if chosen and chosen not in words:
        found.append({"value": chosen, "label": chosen, "on": True})
    return found
