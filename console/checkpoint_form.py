"""The sentence of a checkpoint as a form: fields to a document and back. What was typed comes back as typed; only what is well
made becomes a document."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from console.display import money
from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_major
from reconciliation.checkpoints.documents import SCHEMA
from reconciliation.errors import BadInput

Typed = dict[str, Any]
MOST_CLAUSES = 20
HALVES = {
    "facts": "a fact and its values",
    "amounts": "an asset and an amount",
    "bands": "an asset, an amount and how many",
}
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
ROLES = {"controller": ["controller"], "policy_admin": ["policy_admin"], "both": ["controller", "policy_admin"]}


def blank_clause() -> Typed:
    """A clause that nobody has filled in."""
    return {
        "moves": ["posting.post"], "facts": [], "amounts": [], "outcome": "forbidden", "quorum": "1", "roles": "controller",
        "bands": [], "requires": [], "matchers": [], "otherwise": "refuse", "never": [], "reason": "", "refusal": "",
    }  # fmt: skip


def typed_of(document: dict[str, Any]) -> Typed:
    """A stored document as the form shows it: amounts in major units of their asset."""
    named = {"key": document["key"], "title": document["title"], "owner": document["owner"]}
    return named | {"precedence": str(document["precedence"]), "clauses": [_typed(c) for c in document["clauses"]]}


def typed_from(post: QueryDict, key: str) -> Typed:
    """What the form sent, blank slots left out. `key` "" is a new checkpoint: its key follows from its title."""
    title = post.get("title", "").strip()
    count = min(int(n) if (n := post.get("clauses", "1")).isascii() and n.isdigit() and len(n) < 3 else 1, MOST_CLAUSES)
    clauses = [_sent(post, f"c{n}-") for n in range(1, count + 1)]
    drop = post.get("drop", "")
    if drop.isascii() and drop.isdigit() and len(clauses) > 1 and 0 < int(drop) <= len(clauses):
        del clauses[int(drop) - 1]
    if post.get("add") and len(clauses) < MOST_CLAUSES:
        clauses.append(blank_clause())
    return {
        "key": key or slugify(title)[:62], "title": title, "owner": post.get("owner", "").strip(),
        "precedence": post.get("precedence", "").strip(), "clauses": clauses,
    }  # fmt: skip


def document_of(typed: Typed, *, whole: bool = True) -> dict[str, Any]:
    """The document that the fields say; not `whole`: rows that are half filled in are left out, else they are refused. Raises
    BadInput naming the field; whether it can be is asked elsewhere."""
    if not (typed["precedence"].isascii() and typed["precedence"].isdigit() and len(typed["precedence"]) < 5):
        raise BadInput("the order is a whole number from 1 to 9999", "precedence")
    return {
        "schema": SCHEMA, "key": typed["key"], "title": typed["title"], "owner": typed["owner"],
        "precedence": int(typed["precedence"]),
        "clauses": [
            _clause(_filled(c, f"clauses[{n}]", whole), f"clauses[{n}]") for n, c in enumerate(typed["clauses"])
        ],
    }  # fmt: skip


def unkept(typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows that are half filled in, and what each still takes: the draft does not hold them."""
    found: list[dict[str, str]] = []
    for n, c in enumerate(typed["clauses"], 1):
        for name, rows in (("amounts", c["amounts"]), ("bands", c["bands"])):
            words = "amount" if name == "amounts" else "amount of more approvals"
            found += [_half(n, words, "choose the currency") for row in rows if not row[0]]
            found += [
                _half(n, words, f"say how much {row[0]}")
                for row in rows
                if row[0] and not (row[1] or _below(name, row))
            ]
        found += [
            _half(n, "fact", "choose the fact" if not f else "say its values") for f, v in c["facts"] if not (f and v)
        ]
    return found


def _below(name: str, row: tuple[str, ...]) -> str:
    return row[2] if name == "amounts" else ""


def _half(clause: int, what: str, says: str) -> dict[str, str]:
    return {"where": f"clause {clause}, {what}", "says": f"{says}."}


def _typed(c: dict[str, Any]) -> Typed:
    approval, matchers = c.get("approval", {}), c.get("matchers", {})
    roles = approval.get("roles", ["controller"])
    return {
        "moves": list(c["moves"]), "facts": [(f, ", ".join(v)) for f, v in c.get("when", {}).items()],
        "amounts": [
            (a, _major(b["from"], a), _major(b["below"], a) if "below" in b else "") for a, b in c.get("amounts", {}).items()
        ],
        "outcome": c["outcome"], "quorum": str(approval.get("quorum", 1)),
        "roles": "both" if len(roles) > 1 else roles[0],
        "bands": [(a, _major(b["from"], a), str(b["quorum"])) for a, own in approval.get("bands", {}).items() for b in own],
        "requires": list(c.get("requires", [])), "matchers": list(matchers.get("pairs", [])),
        "otherwise": matchers.get("otherwise", "refuse"), "never": list(c.get("never", [])), "reason": c["reason"],
        "refusal": c.get("refusal", ""),
    }  # fmt: skip


def _sent(post: QueryDict, at: str) -> Typed:
    def several(*names: str) -> list[Any]:
        columns = [[v.strip() for v in post.getlist(at + name)] for name in names]
        return [row for row in zip(*columns, strict=False) if any(row)]  # half a row is kept until it is whole

    return {
        "moves": [m for m in dict.fromkeys(post.getlist(at + "moves")) if m],
        "facts": [(f, _values(f, v, post.getlist(f"{at}pick-{f}"))) for f, v in several("fact", "value")],
        "amounts": several("asset", "from", "below"), "outcome": post.get(at + "outcome", ""),
        "quorum": post.get(at + "quorum", "1"), "roles": post.get(at + "roles", "controller"),
        "bands": [r for r in several("band-asset", "band-from", "band-quorum") if r[0] or r[1]],
        "requires": [r for r in post.getlist(at + "requires") if r],
        "matchers": [m for m in post.getlist(at + "matchers") if m], "otherwise": post.get(at + "otherwise", "refuse"),
        "never": [n for n in dict.fromkeys(post.getlist(at + "never")) if n],
        "reason": post.get(at + "reason", "").strip(), "refusal": post.get(at + "refusal", "").strip(),
    }  # fmt: skip


def _values(fact: str, typed: str, picked: list[str]) -> str:
    """What was ticked, then what was typed beside it."""
    own = [v.strip() for v in typed.split(",") if v.strip()]
    return ", ".join(dict.fromkeys([*(p for p in picked if fact and p), *own]))


def _filled(c: Typed, where: str, whole: bool) -> Typed:
    """The clause with its whole rows alone. Raises BadInput for half a row where the whole is meant."""
    kept = c | {
        "facts": [r for r in c["facts"] if all(r)],
        "amounts": [r for r in c["amounts"] if r[0] and (r[1] or r[2])],
        "bands": [r for r in c["bands"] if all(r)],
    }
    for name, missing in HALVES.items():
        if whole and len(kept[name]) < len(c[name]):
            raise BadInput(f"half a row stands here: it takes {missing}", f"{where}.{name}")
    return kept


def _clause(c: Typed, where: str) -> dict[str, Any]:
    said: dict[str, Any] = {"moves": c["moves"], "outcome": c["outcome"], "reason": c["reason"]}
    if c["facts"]:
        said["when"] = {f: [v.strip() for v in text.split(",") if v.strip()] for f, text in c["facts"]}
    if c["amounts"]:
        said["amounts"] = {a: _band(a, start, end, f"{where}.amounts") for a, start, end in c["amounts"]}
    if c["outcome"] == "approval":
        said["approval"] = _approval(c, where)
    if c["matchers"]:
        said["matchers"] = {"pairs": c["matchers"], "otherwise": c["otherwise"]}
    return said | {name: c[name] for name in ("requires", "never", "refusal") if c[name]}


def _approval(c: Typed, where: str) -> dict[str, Any]:
    approval: dict[str, Any] = {
        "roles": ROLES.get(c["roles"], [c["roles"]]),
        "quorum": _count(c["quorum"], f"{where}.approval"),
    }
    bands: dict[str, list[dict[str, Any]]] = {}
    for asset, start, quorum in c["bands"]:
        row = {"from": _minor(start, asset, f"{where}.bands"), "quorum": _count(quorum, f"{where}.bands")}
        bands.setdefault(asset, []).append(row)
    for own in bands.values():
        own.sort(key=lambda b: int(b["from"]))
    return approval | ({"bands": bands} if bands else {})


def _band(asset: str, start: str, end: str, where: str) -> dict[str, str]:
    band = {"from": _minor(start or "0", asset, where)}
    return band | ({"below": _minor(end, asset, where)} if end else {})


def _minor(text: str, asset: str, where: str) -> str:
    if asset not in EXPONENTS:
        raise BadInput(f"{asset!r:.20} is no asset; amounts are per asset and never converted", where)
    if "," in text and not GROUPED.fullmatch(text):
        raise BadInput(f"{text!a:.40} is not an amount: commas group by three, as in 20,000.50", where)
    try:
        return str(minor_from_major(text.replace(",", ""), EXPONENTS[asset]))
    except BadPosting as refusal:
        raise BadInput(str(refusal), where) from refusal


def _major(minor: str, asset: str) -> str:
    return money(int(minor), EXPONENTS[asset]) if asset in EXPONENTS else minor


def _count(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise BadInput("from 1 to 9 people approve", where)
    return int(text)


def place(where: str) -> str:
    """A place of the document as the form names it: "clauses[0].amounts.ETB" → "clause 1, amounts, ETB"."""
    named = re.sub(r"clauses\[(\d+)\]", lambda m: f"clause {int(m[1]) + 1}", where)
    return re.sub(r"\[(\d+)\]", lambda m: f" {int(m[1]) + 1}", named).replace(".", ", ").replace("_", " ")
