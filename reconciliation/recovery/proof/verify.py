#!/usr/bin/env python3
"""Verifies an evidence bundle with Python 3.9 or newer and nothing else:

    python3 verify.py BUNDLE.zip      or, beside the unpacked files:      python3 verify.py

    --digest SHA256      the digest of the bundle, or of its file, as the audit trail or a letter states it
    --head N:DIGEST      a head of the audit chain that you hold; --anchor FILE: the same, from a signed anchor (its
                         signature is checked when --key NAME+ID+BASE64, kept apart from the file, is given)

It ends with 0, or with 1 and one of three failures and its place:
  sources wrong   a file is not what the manifest states, or the manifest is not the one of the digest
  claim refuted   the files are whole, and what is claimed about them does not follow from their rows
  proof missing   a row that needs its place in the chain of the audit trail has none there
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
import zlib
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

FORMAT, MANIFEST, VERIFIER, SEP = "plumbline evidence 1", "manifest.json", "verify.py", "\x1f"
SOURCES, CLAIM, PROOF = "sources wrong", "claim refuted", "proof missing"
LOCAL, CENTRAL, END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"


Row = dict[str, Any]


class Bundle(dict[str, list[Row]]):
    """The rows of each section by its name. `tenant`, `as_of` and `head` are the manifest's."""

    tenant: int = 0
    as_of: str = ""
    head: str = ""


class Failure(Exception):
    """One of the three, and its place."""

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(f"{kind}: {place}")
        self.kind = kind


def wrong(place: str) -> NoReturn:
    raise Failure(SOURCES, place)


def refute(place: str) -> NoReturn:
    raise Failure(CLAIM, place)


def miss(place: str) -> NoReturn:
    raise Failure(PROOF, place)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- sources: every byte of the file is what the manifest states


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP that is made in one way alone: one after the other, not compressed, nothing between or behind."""
    files: dict[bytes, bytes] = {}
    at, directory = 0, b""
    while data[at : at + 4] == b"PK\3\4" and len(data) >= at + 30:
        crc, size, _, length = struct.unpack_from("<IIIH", data, at + 14)
        name, content = data[at + 30 : at + 30 + length], data[at + 30 + length : at + 30 + length + size]
        tail = (0x800, 0, 0, 33, crc, size, size, length, 0)
        if data[at : at + 30] != struct.pack(LOCAL, b"PK\3\4", 20, *tail) or len(content) != size or name in files:
            wrong(f"the ZIP's header at byte {at} is not the one that its file has")
        if zlib.crc32(content) != crc:
            wrong(f"{name.decode('utf-8', 'replace')} is not what was packed: its bytes have another checksum")
        directory += struct.pack(CENTRAL, b"PK\1\2", 3 << 8 | 20, 20, *tail, 0, 0, 0, 0o100444 << 16, at) + name
        files[name], at = content, at + 30 + length + size
    end = struct.pack(END, b"PK\5\6", 0, 0, len(files), len(files), len(directory), at, 0)
    if not files or data[at:] != directory + end:
        wrong(f"the ZIP from byte {at} on is not the directory of its files: it was changed, cut or added to")
    return {name.decode(): content for name, content in files.items()}


def spelled(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(manifest: Row) -> str:
    """Of the digests of all files, as sha256sum lists them, and of what the manifest says about the whole."""
    said = {k: v for k, v in manifest.items() if k not in ("files", "verifier", "rows", "sha256")}
    listed = [*manifest["files"], manifest["verifier"]]
    lines = [f"{f['sha256']}  {f['name']}\n" for f in listed] + [f"{sha256(spelled(said))}  said\n"]
    return sha256("".join(lines).encode())


def check_sources(files: dict[str, bytes]) -> Row:
    """The manifest, once every file is what it states."""
    if MANIFEST not in files:
        wrong(f"{MANIFEST} is missing")
    try:
        manifest: Row = json.loads(files[MANIFEST])
        if manifest["format"] != FORMAT:
            wrong(f"{MANIFEST} says {manifest['format']!r:.40}, this verifier reads {FORMAT!r}")
        for file in [*manifest["files"], manifest["verifier"]]:
            check_file(file, files)
        check_manifest(manifest, files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Failure(SOURCES, f"{MANIFEST} cannot be read: {error!r:.80}") from error
    return manifest


def check_file(file: Row, files: dict[str, bytes]) -> None:
    name = file["name"]
    if name not in files:
        wrong(f"{name} is missing")
    if (len(files[name]), sha256(files[name])) != (file["bytes"], file["sha256"]):
        wrong(f"{name} is not what the manifest states: its bytes have another digest")
    if "rows" in file and files[name].count(b"\n") != file["rows"]:
        wrong(f"{name} does not have the {file['rows']} rows that the manifest states")


def check_manifest(manifest: Row, files: dict[str, bytes]) -> None:
    names = [f["name"] for f in (*manifest["files"], manifest["verifier"])]
    if added := sorted(files.keys() - set(names) - {MANIFEST}):
        wrong(f"{added[0]} was added: the manifest does not name it")
    if json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n" != files[MANIFEST] or len(names) != len(
        set(names)
    ):
        wrong(f"{MANIFEST} is not spelled as one is")
    types = {"claims": list, "head": str, "subject": str, "tenant": str, "tenant_id": int, "as_of": str}
    odd = [name for name, kind in types.items() if not isinstance(manifest[name], kind)]
    if (
        odd
        or manifest["sha256"] != digest_of(manifest)
        or manifest["rows"] != sum(f["rows"] for f in manifest["files"])
    ):
        wrong(f"{MANIFEST} does not follow from its parts: it has another digest than it states")


# ---- claims: what is said follows from the rows


def grouped(rows: list[Row], name: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def legs_of(entries: list[Row]) -> Counter[Any]:
    return Counter((e["account"], e["asset"], e["direction"], int(e["amount_minor"])) for e in entries)


def entries_balance(b: Bundle) -> None:
    """the entries of each transaction balance, asset by asset"""
    entries = grouped(b["entries"], "transaction")
    for t in b["transactions"]:
        sums: Counter[str] = Counter()
        for (_, asset, direction, amount), times in legs_of(entries.pop(t["id"], [])).items():
            sums[asset] += times * (amount if direction == "DEBIT" else -amount)
        if off := [asset for asset, total in sums.items() if total] or ([] if sums else ["no entry"]):
            refute(f"transaction {t['transaction']} does not balance: {off[0]}")
    if entries:
        refute(f"entries of transaction {next(iter(entries))}, which is not here")


def reversals_mirror(b: Bundle) -> None:
    """each reversal mirrors its original, and there is one of it at most"""
    known, entries, seen = {t["id"] for t in b["transactions"]}, grouped(b["entries"], "transaction"), set()
    for t in (t for t in b["transactions"] if t["reverses"]):
        turned = [
            {**e, "direction": "CREDIT" if e["direction"] == "DEBIT" else "DEBIT"} for e in entries[t["reverses"]]
        ]
        if t["reverses"] not in known or t["reverses"] in seen or legs_of(turned) != legs_of(entries[t["id"]]):
            refute(f"transaction {t['transaction']} is not the one mirror of what it reverses")
        seen.add(t["reverses"])


def drift_adds_up(b: Bundle) -> None:
    """of each check: totals, drift and named differences add up, and nothing is unexplained"""
    parts = grouped(b["contributions"], "check")
    for c in b["checks"]:
        named = [int(x["contribution_minor"]) for x in parts.pop(c["id"], [])]
        if c["verdict"] == "UNKNOWN":
            holds = c["drift"] is None and not named
        else:
            figures = [
                int(c[k]) for k in ("ledger_total", "statement_total", "drift", "gross", "unexplained", "open_count")
            ]
            ledger, bank, drift, gross, unexplained, count = figures
            holds = ledger - bank == drift == sum(named) and unexplained == 0 and count == len(named)
            holds = holds and gross == sum(map(abs, named)) and (c["verdict"] == "CLEAN") == (count == 0 and drift == 0)
        if not holds:
            refute(f"check {c['check']} of {c['day']}: its differences do not add up to its drift")
    if parts:
        refute(f"differences of check {next(iter(parts))}, which is not here")


def approvals_by_others(b: Bundle) -> None:
    """each approval is by another person than the maker, and what was executed has its quorum and no rejection"""
    given, done = grouped(b["request_decisions"], "request"), {x["request"] for x in b["executions"]}
    for r in b["requests"]:
        decided = given.pop(r["request"], [])
        rights = {d["on_behalf_of"] or d["decided_by_person"] for d in decided if d["verdict"] == "approve"}
        people = {d["decided_by_person"] for d in decided} | rights
        if r["made_by_person"] in people:
            refute(f"{r['request']} was decided by whoever made it")
        if (r["state"] == "executed") != (r["request"] in done):
            refute(f"{r['request']} is {r['state']}, and its execution says otherwise")
        if r["request"] in done and (len(rights) < r["quorum"] or any(d["verdict"] == "reject" for d in decided)):
            refute(f"{r['request']} was executed with {len(rights)} of the {r['quorum']} approvals that it asked for")
    if left := [*given, *(done - {r["request"] for r in b["requests"]})]:
        refute(f"{left[0]} was decided or executed and is not here")


def payloads_as_approved(b: Bundle) -> None:
    """what was asked for, approved and executed is one payload, by its digest"""
    asked = {r["request"]: r["payload_sha256"] for r in b["requests"]}
    for r in b["requests"]:
        if sha256(spelled(r["payload"])) != r["payload_sha256"]:
            refute(f"{r['request']} carries another payload than its digest is of")
    for d in [*b["request_decisions"], *b["executions"]]:
        if asked.get(d["request"]) != d["payload_sha256"]:
            refute(f"{d['request']} was decided or executed about another payload")


def require_allowed(b: Bundle, acts: list[tuple[str, Any]]) -> None:
    """Each act, by its name, has its decision here, and that allowed it: by itself, or once its request was executed."""
    decisions, state = {d["decision"]: d for d in b["decisions"]}, {r["decision"]: r["state"] for r in b["requests"]}
    for act, decision in acts:
        said = decisions.get(decision, {"outcome": "no such decision"})["outcome"]
        if said != "automatic" and (said != "approval" or state.get(decision) != "executed"):
            refute(f"{act} stands on decision {decision}, which did not allow it: {said}")


def postings_allowed(b: Bundle) -> None:
    """each posting, and each move of one, has a decision that allowed it: by itself, or once its request was executed"""
    rows = [*b["transactions"], *b["moves"]]
    require_allowed(b, [(f"transaction {row['transaction']}", row["decision"]) for row in rows])


def acts_allowed(b: Bundle) -> None:
    """each act of the recovery, each move of an order and each match has a decision that allowed it"""
    for section, name in ACTS.items():
        require_allowed(b, [(f"{section} of {row[name]}", row["decision"]) for row in b[section]])


def matches_told_apart(b: Bundle) -> None:
    """the matches before stood when the run was opened, those after stand now, and what differs came or went between"""
    opened, now = micros(json.loads(b["run"][0]["document"])["opened_at"]), micros(b.as_of)
    before, after = ({m["match"]: m for m in b[section]} for section in MATCHES)
    if len(before) + len(after) != sum(len(b[section]) for section in MATCHES):
        refute("a match is told twice")
    for name, m in before.items():
        left = micros(m["retired_at"]) if m["retired_by"] else None
        if micros(m["found_at"]) > opened or (left is not None and not opened < left <= now):
            refute(f"match {name} did not stand when the run was opened")
        if after.get(name) != (m if left is None else None):
            refute(f"match {name} stood before, and what became of it is told in two ways")
    for name, m in after.items():
        if m["retired_by"] or micros(m["found_at"]) > now or (name not in before and micros(m["found_at"]) <= opened):
            refute(f"match {name} does not stand after, or stood before and is not told there")


def cases_told(b: Bundle) -> None:
    """each case begins with its opening, and all that happened is of a case that is here"""
    events = grouped(b["case_history"], "case")
    for c in b["cases"]:
        told = events.pop(c["case"], [])
        if [e["at"] for e in told if e["kind"] == "opened"] != [c["opened_at"]] or told[0]["kind"] != "opened":
            refute(f"{c['case']} does not begin with its opening at {c['opened_at']}")
    if events:
        refute(f"the history of {next(iter(events))}, which is not here")


def decisions_by_policy(b: Bundle) -> None:
    """each policy document has its digest, and each decision that allowed something is what a clause of one says"""
    documents = {(p["document"]["title"], p["number"]): p for p in b["policies"]}
    for p in b["policies"]:
        if sha256(spelled(p["document"])) != p["document_sha256"]:
            refute(f"policy {p['key']} v{p['number']} is not the document that its digest is of")
    for d in (d for d in b["decisions"] if d["outcome"] != "forbidden" and d["rule"] != "default"):
        of = documents.get((d["policy"], d["policy_version"]), {"document": {"clauses": []}})["document"]["clauses"]
        clauses = [c for n, c in enumerate(of, 1) if c.get("number", str(n)) == d["rule"]]
        if not any(d["move"] in c["moves"] and c["outcome"] == d["outcome"] for c in clauses):
            refute(
                f"decision {d['decision']} is not what {d['policy']} v{d['policy_version']}, clause {d['rule']}, says"
            )


# ---- proof: each row that needs one has its place in the chain


def audit_in_chain(b: Bundle) -> None:
    """each row of the audit trail has its place in a block, and the blocks are one chain up to the head"""
    leaves, last = grouped(b["audit_proof"], "block"), Row()
    for block in b["audit_blocks"]:
        check_block(block, last, leaves.pop(block["block"], []), b.tenant)
        last = block
    if leaves:
        miss(f"block {next(iter(leaves))} of the chain is missing")
    if b.head != (f"{last['block']}:{last['sha256']}" if last else ""):
        miss(f"the chain ends with block {last.get('block', 0)}, not with the stated head {b.head:.80}")
    place = {p["row"]: p["sha256"] for p in b["audit_proof"]}
    for a in b["audit"]:
        if place.get(a["row"]) != sha256(a["canonical"].encode()):
            miss(f"audit row {a['row']} ({a['action']} {a['subject']}) has no place in the chain")
        check_said(a, b.tenant)


def check_block(x: Row, last: Row, rows: list[Row], tenant: int) -> None:
    if last and x["block"] != last["block"] + 1:
        miss(f"block {last['block'] + 1} of the chain is missing")
    if x["previous"] != (last["sha256"] if last else "") and (last or x["block"] == 1):
        miss(f"block {x['block']} does not link to the block before it")
    fields = [x[k] for k in ("block", "epoch", "below_xid", "row_count", "last_id")]
    own = SEP.join(str(f) for f in ("b1", tenant, *fields, micros(x["sealed_at"])))
    if sha256(bytes.fromhex(x["previous"] + x["rows_sha256"]) + own.encode()) != x["sha256"]:
        miss(f"block {x['block']}: its digest does not follow from what it holds")
    if rows:
        whole = sha256(bytes.fromhex("".join(p["sha256"] for p in rows)))
        if (whole, len(rows), max(p["row"] for p in rows)) != (x["rows_sha256"], x["row_count"], x["last_id"]):
            miss(f"block {x['block']}: the digests of its rows are not the ones that were sealed")


def check_said(a: Row, tenant: int) -> None:
    version, of, row, _, at, rest = a["canonical"].split(SEP, 5)
    said = "".join(a[k] + SEP for k in ("actor_kind", "actor", "role", "action", "subject", "why", "policy_version"))
    detail = rest[len(said) :].rpartition(SEP)[0]
    same = (version, of, row, int(at)) == ("v1", str(tenant), str(a["row"]), micros(a["at"])) and rest.startswith(said)
    if not same or json.loads(detail, parse_float=str) != a["detail"]:
        refute(f"audit row {a['row']} says otherwise than the bytes that were sealed")


def micros(at: str) -> int:
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
    return (datetime.fromisoformat(at) - epoch) // timedelta(microseconds=1)


def postings_vouched(b: Bundle) -> None:
    """each posting is the one that its audit row vouches for, and each move of one is told by an audit row"""
    told, entries, moves = (
        grouped(b["audit"], "subject"),
        grouped(b["entries"], "transaction"),
        grouped(b["moves"], "transaction"),
    )
    for t in b["transactions"]:
        name, rows, moved = t["transaction"], told[t["transaction"]], moves.pop(t["id"], [])
        if [a["canonical"].rpartition(SEP)[2] for a in rows if a["canonical"][-1] != SEP] != [
            sha256(t["canonical"].encode())
        ]:
            miss(f"transaction {name}: no audit row vouches for it as it stands here")
        fields = t["canonical"].split(SEP)
        first, (to, day) = (
            fields[8],
            (moved[0]["to_status"], moved[0]["effective_on"]) if moved else (t["status"], t["effective_on"]),
        )
        legs = ",".join(f"{e['account_id']} {e['direction']} {e['amount_minor']}" for e in entries[t["id"]])
        said = ["v1", b.tenant, t["id"], name, t["use_case"], t["payment_id"] or "", t["partner_reference"] or "",
                t["batch_reference"] or "", first, micros(t["recorded_at"]), t["reverses"] or 0, t["corrects"] or 0,
                t["decision"], t["key"]]  # fmt: skip
        state = f"{t['status']} {t['effective_on']}" if t["effective_on"] else t["status"]
        if fields[:14] != [str(f) for f in said] or fields[-1] != legs or state != (f"{to} {day}" if moved else first):
            refute(f"transaction {name} says otherwise than what its audit row vouches for")
        for m in moved:
            if not any(a["action"] in MOVED and a["at"] == m["at"] and (a["detail"]["to"], a["detail"]["decision"]) ==
                       (m["to_status"], m["decision"]) for a in rows):  # fmt: skip
                miss(f"transaction {name}: no audit row tells of its move to {m['to_status']}")
    if moves:
        refute(f"a move of transaction {next(iter(moves))}, which is not here")


def requests_vouched(b: Bundle) -> None:
    """each request, each decision on one and its end are told by audit rows"""
    told = grouped(b["audit"], "subject")

    def require(of: Row, action: str, at: str, **detail: str) -> None:
        for a in told[of["request"]]:
            if a["action"] == action and a["at"] == at and detail.items() <= a["detail"].items():
                return
        miss(f"{of['request']}: no audit row tells of {action} at {at}")

    for r in b["requests"]:
        require(r, "request.made", r["made_at"], kind=r["kind"], payload_sha256=r["payload_sha256"])
    for d in b["request_decisions"]:
        require(d, "request.decided", d["decided_at"], verdict=d["verdict"], payload_sha256=d["payload_sha256"])
    for x in b["executions"]:
        require(x, "request.executed", x["executed_at"])


def steps_chained(b: Bundle) -> None:
    """each step of the recovery is bound to the one before it, from its opening on, and told by an audit row"""
    told = grouped([{**a, "said": a["detail"]["sha256"]} for a in b["audit"] if a["action"] in STEPS], "said")
    previous, run = "", b["run"][0]
    for n, row in enumerate([{"previous": "", **run}, *b["steps"]]):
        own = sha256(bytes.fromhex(previous) + row["document"].encode())
        if len(b["run"]) != 1 or (row.get("step", 0), row["previous"], row["sha256"]) != (n, previous, own):
            refute(f"step {n} of {run['run']} is not bound to the one before it")
        if run["run"] not in [a["subject"] for a in told[own]]:
            miss(f"step {n} of {run['run']}: no audit row tells of it")
        previous = own


def matches_vouched(b: Bundle) -> None:
    """each run of the matcher that found or retired a match is told by an audit row"""
    told = grouped(b["audit"], "subject")
    for m in [*b["matches_before"], *b["matches_after"]]:
        for run, at in ((m["run"], m["found_at"]), (m["retired_by"], m["retired_at"])):
            if run and not any(a["action"] == "planes.matched" and a["at"] == at for a in told[run]):
                miss(f"match {m['match']}: no audit row tells of {run}")


def cases_vouched(b: Bundle) -> None:
    """what people did to a case, and what runs over the planes of a payment said of it, is told by an audit row"""
    told, pairs = grouped(b["audit"], "subject"), {c["case"]: c["plane_pair"] for c in b["cases"]}
    for e in b["case_history"]:
        if e["kind"] in ("asked", "answered", "released"):
            continue  # what a request did to a case is told with the request
        if e["by_person"] or not e["actor"].startswith("MR-"):
            rows = [a for a in told[e["case"]] if a["action"] == f"case.{e['kind']}" and a["why"] in e["text"]]
        elif pairs.get(e["case"]) == "ledger-bank":
            continue  # a run over an account is told with the account
        else:
            rows = [a for a in told[e["actor"]] if a["action"] in WATCHED]
        if not any(a["at"] == e["at"] for a in rows):
            miss(f"{e['case']}: no audit row tells that it was {e['kind']} at {e['at']}")


MOVED, STEPS = ("transaction.confirmed", "transaction.failed"), ("recovery.opened", "recovery.step_done")
WATCHED = ("planes.matched", "provider.watched")
POSTINGS, REQUESTS = ("transactions", "entries", "moves", "decisions"), ("requests", "request_decisions", "executions")
CHAIN, MATCHES, CASES = (
    ("audit", "audit_blocks", "audit_proof"),
    ("matches_before", "matches_after"),
    ("cases", "case_history"),
)
# The acts that a recovery tells of, by what each row is called.
ACTS = {"run": "run", "steps": "step", "freeze": "freeze", "classes": "gap", "remedies": "gap", "acceptances": "gap", "end": "how",
        "order_moves": "order_ref", "matches_before": "match", "matches_after": "match"}  # fmt: skip
# Each claim and the sections that it is made of. A bundle makes every claim that its sections can carry.
CLAIMS = {
    entries_balance: POSTINGS[:2],
    reversals_mirror: POSTINGS[:2],
    postings_allowed: (*POSTINGS, "requests"),
    acts_allowed: (*ACTS, "decisions", "requests"),
    matches_told_apart: (*MATCHES, "run"),
    cases_told: CASES,
    decisions_by_policy: ("decisions", "policies"),
    drift_adds_up: ("checks", "contributions"),
    approvals_by_others: REQUESTS,
    payloads_as_approved: REQUESTS,
    audit_in_chain: CHAIN,
    postings_vouched: (*POSTINGS[:3], *CHAIN),
    requests_vouched: (*REQUESTS, *CHAIN),
    steps_chained: ("steps", "run", *CHAIN),
    matches_vouched: (*MATCHES, *CHAIN),
    cases_vouched: (*CASES, *CHAIN),
}
# What never comes alone: without the others, a claim would be left out.
TOGETHER = {
    "": CHAIN,
    "transactions": (*POSTINGS, "policies", *REQUESTS),
    "requests": REQUESTS,
    "checks": ("contributions",),
    "cases": CASES,
    "payments": ("open_cases",),
}
# A recovery is told whole, or not at all.
OF_A_RECOVERY = (
    "run",
    "steps",
    "freeze",
    "refused_attempts",
    "gaps",
    "classes",
    "remedies",
    "acceptances",
    "rechecks",
    "end",
    *MATCHES,
)
TOGETHER |= dict.fromkeys(
    OF_A_RECOVERY, (*OF_A_RECOVERY, *CASES, "transactions", "provider_events", "deliveries", "orders", "order_moves")
)


def claims_of(sections: set[str]) -> list[str]:
    """The names of the claims that a bundle of these sections makes."""
    return [claim.__name__ for claim, needs in CLAIMS.items() if sections.issuperset(needs)]


def check_claims(files: dict[str, bytes], manifest: Row) -> Bundle:
    """The rows, once every claim is found to be made and to hold."""
    b, known = Bundle(), {claim.__name__: claim for claim in CLAIMS}
    for file in manifest["files"]:
        b[file["name"].rpartition(".")[0]] = [json.loads(row) for row in files[file["name"]].split(b"\n")[:-1]]
    b.tenant, b.as_of, b.head = manifest["tenant_id"], manifest["as_of"], manifest["head"]
    check_made(set(b), manifest["claims"], known)
    for name in manifest["claims"]:
        try:
            known[name](b)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise Failure(CLAIM, f"{name}: a row lacks or misspells {error!s:.80}") from error
    return b


def check_made(sections: set[str], claims: list[str], known: dict[str, Any]) -> None:
    """Nothing is left out: neither a claim whose rows are here, nor the rows of a claim."""
    if unknown := [name for name in claims if name not in known]:
        wrong(f"{unknown[0]!r:.60} is no claim that this verifier knows")
    if gone := [(name, s) for name in claims for s in CLAIMS[known[name]] if s not in sections]:
        wrong(f"{gone[0][1]}.jsonl is missing: the claim {gone[0][0]} is made of it")
    for section, others in TOGETHER.items():
        for other in others:
            if (not section or section in sections) and other not in sections:
                miss(
                    f"{other}.jsonl is missing: {f'{section}.jsonl' if section else 'a bundle'} never comes without it"
                )
    for name in claims_of(sections):
        if name not in claims:
            miss(f"the claim {name} is not made, and its rows are here")


# ---- anchors: a head of the chain, signed and kept elsewhere (a C2SP signed note: origin, blocks, head, more lines; an
# empty line; "— NAME BASE64(key id, Ed25519 signature)")

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int]


def plus(one: Point, two: Point) -> Point:
    (x, y), (u, v) = one, two
    m = D * x * y * u * v % P
    return (x * v + u * y) * pow(1 + m, P - 2, P) % P, (y * v + x * u) * pow(1 - m, P - 2, P) % P


def times(n: int, point: Point) -> Point:
    found = (0, 1)
    while n:
        found, point, n = plus(found, point) if n & 1 else found, plus(point, point), n >> 1
    return found


def point_of(coded: bytes) -> Point:
    y, odd = int.from_bytes(coded, "little") & (2**255 - 1), coded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        raise ValueError("no point of the curve")
    return (x if x & 1 == odd else -x % P), y


def signed(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (RFC 8032) is that of the key over the text."""
    base, s = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % ORDER
    return (
        len(signature) == 64
        and s < ORDER
        and times(s, base) == plus(point_of(signature[:32]), times(k, point_of(public)))
    )


def head_of_anchor(note: str, key: str = "") -> str:
    """N:DIGEST of a signed anchor. Fails when `key`, NAME+ID+BASE64, did not sign it."""
    try:
        body, _, signatures = note.rpartition("\n\n")
        _, blocks, head = body.split("\n")[:3]
        if key:
            name, identity, coded = key.split("+", 2)
            given = [line.split(" ") for line in signatures.split("\n") if line]
            raw = [base64.b64decode(sig, validate=True) for dash, who, sig in given if (dash, who) == ("—", name)]
            public = base64.b64decode(coded, validate=True)[1:]
            if not any(r[:4].hex() == identity and signed(public, f"{body}\n".encode(), r[4:]) for r in raw):
                miss(f"the anchor is not signed by {name}+{identity}")
        return f"{int(blocks)}:{base64.b64decode(head, validate=True).hex()}"
    except (ValueError, IndexError) as error:
        raise Failure(PROOF, f"the anchor cannot be read: {error!s:.80}") from error


def check_head(b: Bundle, head: str, said: str) -> None:
    if head not in {f"{x['block']}:{x['sha256']}" for x in b["audit_blocks"]}:
        miss(f"{said} {head:.80} is not in the chain of this bundle, which ends with {b.head or 'no block'}")


# ---- the command


def read(path: Path) -> tuple[dict[str, bytes], str]:
    """The files by name, and the SHA-256 of the whole; of a folder "" in its place."""
    if path.is_dir():
        found = (p for p in path.rglob("*") if "__pycache__" not in p.parts and not p.is_dir())
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in found}, ""
    data = path.read_bytes()
    return unpack(data), sha256(data)


def check(
    files: dict[str, bytes], of_file: str = "", digest: str = "", head: str = "", anchor: str = "", key: str = ""
) -> tuple[Row, list[str]]:
    """The manifest and what was checked, a line each. `of_file` is the digest of the ZIP that the files came in. Raises Failure."""
    manifest = check_sources(files)
    if digest and digest not in (manifest["sha256"], of_file):
        wrong(f"the bundle has the digest {manifest['sha256']}, not {digest:.80}")
    b = check_claims(files, manifest)
    if head:
        check_head(b, head, "the head")
    if anchor:
        check_head(b, head_of_anchor(anchor, key), "the anchored head")
    said = [(claim, (claim.__doc__ or "").strip()) for claim in CLAIMS if claim.__name__ in manifest["claims"]]
    held = [
        f"holds  {claim.__name__}: {words} ({', '.join(f'{len(b[s])} {s}' for s in CLAIMS[claim][:2])})"
        for claim, words in said
    ]
    sources = (
        f"holds  sources: {len(files)} files of {sum(map(len, files.values()))} bytes are what the manifest states"
    )
    proven = [
        f"holds  {name}: {value.strip().splitlines()[0]:.80}"
        for name, value in (("head", head), ("anchor", anchor))
        if value
    ]
    return manifest, [sources, *held, *proven, *told_of_cases(b)]


def told_of_cases(b: Bundle) -> list[str]:
    """Whether cases stood open about the payment, where the bundle is of one: a record can be whole and tell of a difference."""
    if "open_cases" not in b:
        return []
    named = ", ".join(str(c.get("case")) for c in b["open_cases"])
    said = f"{len(b['open_cases'])} stood open, so the planes did not agree: {named}" if named else "none stood open"
    return [f"tells  open_cases: {said:.400}"]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).resolve().parent))
    for name in ("digest", "head", "anchor", "key"):
        parser.add_argument(f"--{name}", default="")
    given = parser.parse_args(arguments)
    try:
        anchor = Path(given.anchor).read_text(encoding="utf-8") if given.anchor else ""
        manifest, held = check(*read(Path(given.bundle)), given.digest.lower(), given.head.lower(), anchor, given.key)
    except (Failure, OSError, UnicodeDecodeError) as failure:
        said = failure if isinstance(failure, Failure) else f"{SOURCES}: {failure}"
        sys.stdout.write(f"{said}\n".encode("ascii", "backslashreplace").decode())
        return 1
    of = f"{manifest['subject']} of {manifest['tenant']} as of {manifest['as_of']}"
    lines = [*held, f"verified: {of}", f"digest {manifest['sha256']}", f"head {manifest['head']}"]
    sys.stdout.write("\n".join(lines).encode("ascii", "backslashreplace").decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
