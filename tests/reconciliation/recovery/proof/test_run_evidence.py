"""A recovery's bundle carries the same verifier: it tells the matches before and after, the cases and the postings of its payments,
and a forged row, a dropped section or a changed byte is named as one of the three failures."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.recovery.proof import verify
from reconciliation.recovery.runs.ask_export import ask_export
from tests.reconciliation.recovery.proof.bundles import Rows, edited, packed, rows_in, said_of, unpacked, without
from tests.reconciliation.recovery.proof.recovered import NOTE, last_bundle, recovered
from tests.reconciliation.recovery.proof.test_verify import ABSENT, cell, drop
from tests.reconciliation.recovery.runs.conftest import analyst, second, shop
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["analyst", "second", "shop"]
LATE = "2026-03-22T13:59:59.000000+00:00"
ADDED = ("matches_before", "matches_after", "cases", "case_history", "transactions", "entries", "requests", "request_decisions",
         "executions", "decisions", "policies")  # fmt: skip


def only(change: dict[str, Any], **which: Any) -> Callable[[Rows], Any]:
    """Change the first row that says `which`."""
    return lambda rows: next(r for r in rows if which.items() <= r.items()).update(change)


def less(**which: Any) -> Callable[[Rows], Any]:
    return lambda rows: rows.remove(next(r for r in rows if which.items() <= r.items()))


# Section, edit, and what is said; whoever edits states the manifest anew. Match 5 stood before and was retired; 6 took its
# place. T1 stands for the first transaction, REVERSAL for the first of a reversal, MAKER for who asked.
FORGED: list[tuple[str, Callable[[Rows], Any], str]] = [
    ("matches_before", drop(0), "claim refuted: match 1 does not stand after, or stood before and is not told there"),
    ("matches_before", cell(0, found_at=LATE), "claim refuted: match 1 did not stand when the run was opened"),
    ("matches_before", only({"retired_at": "2026-03-22T11:59:00.000000+00:00"}, retired_by="MR-3"),
     "claim refuted: match 5 did not stand when the run was opened"),
    ("matches_before", only({"retired_at": None, "retired_by": None}, retired_by="MR-3"),
     "claim refuted: match 5 stood before, and what became of it is told in two ways"),
    ("matches_before", only({"payment_id": "p-o9"}, payment_id="p-o1"),
     "claim refuted: match 1 stood before, and what became of it is told in two ways"),
    ("matches_before", only({"retired_by": "MR-9"}, retired_by="MR-3"), "proof missing: match 5: no audit row tells of MR-9"),
    ("matches_before", only({"decision": -1}, retired_by="MR-3"),
     "claim refuted: matches_before of 5 stands on decision -1, which did not allow it: no such decision"),
    ("matches_after", drop(0), "claim refuted: match 1 stood before, and what became of it is told in two ways"),
    ("matches_after", only({"found_at": "2026-03-22T11:00:00.000000+00:00"}, run="MR-4"),
     "claim refuted: match 6 does not stand after, or stood before and is not told there"),
    ("matches_after", only({"found_at": LATE}, run="MR-4"), "proof missing: match 6: no audit row tells of MR-4"),
    ("matches_after", only({"retired_by": "MR-4"}, run="MR-4"),
     "claim refuted: match 6 does not stand after, or stood before and is not told there"),
    ("matches_after", lambda rows: rows.append(rows[0]), "claim refuted: a match is told twice"),
    ("matches_after", only({"decision": -1}, run="MR-4"),
     "claim refuted: matches_after of 6 stands on decision -1, which did not allow it: no such decision"),
    ("cases", drop(0), "claim refuted: the history of C-1, which is not here"),
    ("cases", cell(0, opened_at=LATE), f"claim refuted: C-1 does not begin with its opening at {LATE}"),
    ("case_history", drop(0), "claim refuted: C-1 does not begin with its opening at 2026-03-22T10:40:00.000000+00:00"),
    ("case_history", only({"text": "Nothing was said"}, kind="noted"), "proof missing: C-2: no audit row tells that it was noted"),
    ("case_history", only({"actor": "MR-9"}, kind="resolved"), "no audit row tells that it was resolved at 2026-03-22T1"),
    ("case_history", only({"at": LATE}, kind="resolved"), f"no audit row tells that it was resolved at {LATE}"),
    ("entries", cell(0, amount_minor="50001"), "claim refuted: transaction T1 does not balance: BTC"),
    ("entries", drop(0), "claim refuted: transaction T1 does not balance: BTC"),
    ("transactions", drop(0), "claim refuted: entries of transaction t1, which is not here"),
    ("transactions", lambda rows: rows[0].update(reverses=rows[1]["id"]),
     "claim refuted: transaction T1 is not the one mirror of what it reverses"),
    ("transactions", cell(0, payment_id="p-o9"),
     "claim refuted: transaction T1 says otherwise than what its audit row vouches for"),
    ("transactions", cell(0, canonical="v1"), "proof missing: transaction T1: no audit row vouches for it as it stands here"),
    ("transactions", cell(0, decision=-1),
     "claim refuted: transaction T1 stands on decision -1, which did not allow it: no such decision"),
    ("request_decisions", cell(0, decided_by_person="MAKER"), "claim refuted: CR-1 was decided by whoever made it"),
    ("request_decisions", drop(0), "claim refuted: CR-1 was executed with 0 of the 1 approvals that it asked for"),
    ("requests", cell(0, payload={}), "claim refuted: CR-1 carries another payload than its digest is of"),
    ("requests", cell(0, state="open"), "claim refuted: transaction REVERSAL stands on decision"),
    ("requests", only({"state": "open"}, kind="accept_gap"), "claim refuted: acceptances of G-"),
    ("executions", cell(0, payload_sha256=ABSENT), "claim refuted: CR-1 was decided or executed about another payload"),
    ("executions", cell(0, executed_at=LATE), "proof missing: CR-1: no audit row tells of request.executed"),
    ("decisions", only({"outcome": "forbidden"}, move="recovery.open"), "claim refuted: run of RR-1 stands on decision"),
    ("decisions", less(move="matcher.settle"), "which did not allow it: no such decision"),
    ("decisions", only({"rule": "99"}, move="matcher.settle"), "claim refuted: decision "),
    ("policies", lambda rows: [r["document"].update(owner="me") for r in rows], "is not the document that its digest is of"),
    ("policies", lambda rows: rows.clear(), "claim refuted: decision "),
    ("order_moves", cell(0, decision=-1),
     "claim refuted: order_moves of o2 stands on decision -1, which did not allow it: no such decision"),
    ("run", cell(0, document="{}"), "claim refuted: matches_told_apart: a row lacks or misspells 'opened_at'"),
    ("steps", cell(2, previous=ABSENT), "claim refuted: step 3 of RR-1 is not bound to the one before it"),
    ("steps", lambda rows: rows[4].update(document=rows[4]["document"] + " "),
     "claim refuted: step 5 of RR-1 is not bound to the one before it"),
    ("audit", less(action="recovery.opened"), "proof missing: step 0 of RR-1: no audit row tells of it"),
    ("audit", less(action="planes.matched"), "proof missing: match 1: no audit row tells of MR-1"),
    ("audit", less(action="case.noted"), "proof missing: C-2: no audit row tells that it was noted"),
]  # fmt: skip


def test_the_export_of_a_run_verifies(shop: Drifted, controller: Actor) -> None:
    shop.open(controller)
    shop.freeze(controller)
    shop.export(controller)
    content = last_bundle(shop)
    assert said_of(content) == "holds"
    files = unpacked(content)
    assert rows_in(files, "audit")
    assert len(rows_in(files, "audit_proof")) >= len(rows_in(files, "audit"))


def test_what_came_after_the_asking_is_not_told(shop: Drifted, controller: Actor) -> None:
    """A worker seals later than somebody asks: by then a match is retired, a case is opened, a posting stands."""
    shop.post_from_export("o2")
    shop.match(minute=2800)
    shop.match(minute=2870)
    shop.open(controller)
    shop.freeze(controller)
    with tenant(shop.tenant_id):
        assert ask_export(number=1, actor=controller, at=LATER)
    late = shop.post_from_export("o4", minute=2881)
    shop.match(minute=2882)
    shop.work(LATER + timedelta(minutes=5))
    content = last_bundle(shop)
    assert said_of(content) == "holds"
    files = unpacked(content)
    before, after = (rows_in(files, f"matches_{when}") for when in ("before", "after"))
    assert before == after
    assert [m["payment_id"] for m in after if m["pair"] == "provider-ledger"] == ["p-o1", "p-o3", "p-o4"]
    assert {m["retired_by"] for m in after} == {None}
    assert late not in {t["transaction"] for t in rows_in(files, "transactions")}
    assert {e["actor"] for e in rows_in(files, "case_history")} == {"MR-1", "MR-2"}


def test_a_closed_run_is_told_whole_and_verifies_by_itself(
    shop: Drifted, controller: Actor, second: Actor, tmp_path: Path
) -> None:
    content = recovered(shop, controller, second)
    files = unpacked(content)
    before, after = ({m["match"]: m for m in rows_in(files, f"matches_{when}")} for when in ("before", "after"))
    (gone,), (come,) = before.keys() - after.keys(), after.keys() - before.keys()
    assert [before[gone][name] for name in ("payment_id", "run", "retired_by")] == ["p-o4", "MR-2", "MR-3"]
    assert [after[come][name] for name in ("payment_id", "run", "retired_by")] == ["p-o4", "MR-4", None]
    told = {(c["payment_id"], c["plane_pair"]) for c in rows_in(files, "cases")}
    assert {("p-o2", "commerce-provider"), ("p-o2", "provider-ledger"), ("p-o4", "provider-ledger")} <= told
    assert NOTE in {e["text"] for e in rows_in(files, "case_history")}
    books = {t["id"]: t for t in rows_in(files, "transactions")}
    assert sorted(books[t["reverses"]]["payment_id"] for t in books.values() if t["reverses"]) == ["p-o2", "p-o4"]
    assert {r["kind"] for r in rows_in(files, "requests")} == {
        "reverse",
        "move_order_for_gap",
        "accept_gap",
        "close_recovery",
    }
    named = {(d["policy"], d["policy_version"]) for d in rows_in(files, "decisions") if d["rule"] != "default"}
    assert named <= {(p["document"]["title"], p["number"]) for p in rows_in(files, "policies")}
    every = {c.__name__ for c in verify.CLAIMS} - {"drift_adds_up"}
    assert set(json.loads(files["manifest.json"])["claims"]) == every
    (tmp_path / "bundle.zip").write_bytes(content)
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    done = verified(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("holds  ") == len(every) + 1
    for section in ADDED:
        changed = {**files, f"{section}.jsonl": files[f"{section}.jsonl"].replace(b'"', b"'", 1)}
        (tmp_path / "bundle.zip").write_bytes(packed(changed))
        assert verified(tmp_path).stdout.startswith(
            f"sources wrong: {section}.jsonl is not what the manifest states"
        ), section


def test_what_is_forged_or_left_out_of_it_is_named(shop: Drifted, controller: Actor, second: Actor) -> None:
    files = unpacked(recovered(shop, controller, second))
    assert said_of(files) == "holds"
    books = rows_in(files, "transactions")
    names = {
        books[0]["transaction"]: "T1",
        next(t["transaction"] for t in books if t["reverses"]): "REVERSAL",
        f"transaction {books[0]['id']},": "transaction t1,",
    }
    matches = {m["match"] for when in ("before", "after") for m in rows_in(files, f"matches_{when}")}
    for n, match in enumerate(sorted(matches), 1):
        names |= {f"match {match} ": f"match {n} ", f"match {match}:": f"match {n}:", f"of {match} ": f"of {n} "}
    maker = rows_in(files, "requests")[0]["made_by_person"]
    missed = []
    for section, change, expected in FORGED:
        said = said_of(edited(files, section, change, MAKER=maker))
        for name, short in names.items():
            said = said.replace(name, short)
        if expected not in said:
            missed.append((section, expected, said))
    assert missed == []
    every = json.loads(files["manifest.json"])["claims"]
    for name in (*verify.OF_A_RECOVERY, *ADDED):
        made_of = [c.__name__ for c, needed in verify.CLAIMS.items() if name in needed and c.__name__ in every]
        claims = [c for c in every if c not in made_of]
        assert said_of(without(files, name)).startswith("sources wrong: " if made_of else "proof missing: "), name
        assert said_of(without(files, name, claims=claims)).startswith(f"proof missing: {name}.jsonl is missing: "), (
            name
        )


def verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    """By Python alone, with no package of ours or anybody's at hand."""
    command = [sys.executable, "-I", "-S", "verify.py", "bundle.zip"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
