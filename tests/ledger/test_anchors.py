"""Anchors outside the database: signed, kept, checked, and missed when they are gone."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger import audit
from ledger.actors import Actor
from ledger.anchors.anchor_chain import NotContained, anchor_chain, last_anchor
from ledger.anchors.installed import installed_shelf
from ledger.anchors.keys import BadKey, public_key, signing_key
from ledger.anchors.note import Anchor, BadAnchor, read_note, signed_note
from ledger.anchors.shelf import Shelf
from ledger.models import AuditAnchor, Tenant
from ledger.record_verification import last_verification, record_verification
from ledger.tenancy import tenant
from reconciliation.recovery.proof import verify as standalone
from tests.people import SET_UP
from tests.sealing import seal_all

database = pytest.mark.django_db(transaction=True)
KEY, OTHER = (signing_key("plumbline", base64.b64encode(bytes([n]) * 32).decode()) for n in (1, 2))
CLOCK = Actor("job", "anchor_chain", frozenset({"job"}))
RawAs = Callable[..., psycopg.Connection[Any]]


def an_anchor(at: datetime, blocks: int = 3, slug: str = "acme") -> Anchor:
    return Anchor(f"plumbline/{slug}", blocks, f"{blocks:064x}", 90, at)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "far", KEY)


def test_a_note_is_read_by_who_holds_the_public_key_alone(noon: datetime) -> None:
    anchor = an_anchor(noon)
    note = signed_note(anchor, KEY)
    assert read_note(note, [OTHER.public, KEY.public]) == anchor
    assert note.split("\n")[:2] == ["plumbline/acme", "3"]
    with pytest.raises(BadAnchor, match="not signed"):
        read_note(note, [OTHER.public])
    for place in range(len(note)):
        changed = note[:place] + chr(ord(note[place]) ^ 1) + note[place + 1 :]
        with pytest.raises(BadAnchor):
            pytest.fail(f"byte {place}: {read_note(changed, [KEY.public])}")


def test_the_standalone_verifier_reads_the_same_note(noon: datetime) -> None:
    note = signed_note(an_anchor(noon), KEY)
    assert standalone.head_of_anchor(note, str(KEY.public)) == an_anchor(noon).named
    for wrong in (str(OTHER.public), str(KEY.public).replace("plumbline+", "other+")):
        with pytest.raises(standalone.Failure, match="proof missing: the anchor is not signed by"):
            standalone.head_of_anchor(note, wrong)
    with pytest.raises(standalone.Failure, match="not signed"):
        standalone.head_of_anchor(note.replace("rows 90", "rows 91"), str(KEY.public))


def test_a_key_that_is_none_is_refused() -> None:
    assert public_key(str(KEY.public)) == KEY.public
    for told in ("", "plumbline", "plumbline+00000000+AAAA", str(KEY.public).replace("plumbline+", "other+")):
        with pytest.raises(BadKey):
            public_key(told)
    for name, coded in (("a b", "AAAA"), ("", "AAAA"), ("plumbline", "AAAA"), ("plumbline", "?")):
        with pytest.raises(BadKey):
            signing_key(name, coded)
    assert "1" * 8 not in repr(KEY)
    assert repr(KEY) == "SigningKey(plumbline)"


def test_lines_are_added_and_each_is_checked(shelf: Shelf, noon: datetime) -> None:
    assert shelf.anchors("acme") == []
    for blocks in (1, 3, 4, 9):
        assert shelf.append("acme", an_anchor(noon, blocks))
    for blocks in (9, 4):
        assert shelf.append("acme", an_anchor(noon, blocks)) is None, "a rival was faster"
    assert [a.blocks for a in shelf.anchors("acme")] == [1, 3, 4, 9]
    place = shelf.place("acme")
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    whole = place.read_text()
    told = {
        "the last line is cut off": whole[:-5], "line 2 is no anchor": whole.replace(whole.splitlines()[1], "{}"),
        "line 3: it is not signed by": whole.replace("\\n4\\n", "\\n5\\n"),
        "line 2: the chain was longer": "\n".join(reversed(whole.splitlines())) + "\n",
    }  # fmt: skip
    for said, content in told.items():
        place.write_text(content)
        with pytest.raises(BadAnchor, match=said):
            shelf.anchors("acme")
    place.write_text(whole)
    with pytest.raises(BadAnchor, match="line 1: it is of plumbline/acme"):
        Shelf(place.parent, KEY).place("rival").write_text(whole)
        shelf.anchors("rival")
    place.unlink()
    place.mkdir()
    with pytest.raises(BadAnchor, match="cannot be read"):
        shelf.anchors("acme")


def test_a_key_may_be_exchanged_when_the_old_one_is_still_named(shelf: Shelf, noon: datetime) -> None:
    shelf.append("acme", an_anchor(noon))
    with pytest.raises(BadAnchor, match="line 1: it is not signed by a key that this installation trusts"):
        Shelf(shelf.folder, OTHER).anchors("acme")
    assert len(Shelf(shelf.folder, OTHER, [KEY.public]).anchors("acme")) == 1


@pytest.fixture
def chain(acme: Tenant, noon: datetime) -> Callable[[str], None]:
    def act(subject: str) -> None:
        with tenant(acme.id):
            audit.record(SET_UP, noon, "case.noted", subject)
        with tenant(acme.id):
            seal_all(noon)

    act("C-1")
    return act


def anchored(acme: Tenant, shelf: Shelf, at: datetime) -> AuditAnchor | None:
    return anchor_chain(acme.id, shelf=shelf, actor=CLOCK, at=at)


def found(acme: Tenant, shelf: Shelf, at: datetime) -> str:
    verdict = record_verification(acme.id, actor=CLOCK, at=at, shelf=shelf)
    with tenant(acme.id):
        last = last_verification()
    assert last is not None
    assert (last.ok, last.first_bad) == (verdict.ok, verdict.first_bad or "")
    return verdict.first_bad or "holds"


@database
def test_the_head_is_anchored_once_and_again_when_it_moved(
    acme: Tenant, rival: Tenant, shelf: Shelf, chain: Callable[[str], None], noon: datetime
) -> None:
    first = anchored(acme, shelf, noon)
    assert first is not None
    assert first.block == 1
    assert anchored(acme, shelf, noon) is None, "nothing has been sealed since"
    assert anchored(rival, shelf, noon) is None, "a chain without a block has no head"
    chain("C-2")
    second = anchored(acme, shelf, noon)
    assert second is not None
    assert [a.named for a in shelf.anchors("acme")] == [first.head, second.head]
    assert found(acme, shelf, noon) == "holds"
    with tenant(acme.id):
        last = last_anchor()
        assert last is not None
        assert (last.head, last.place) == (second.head, str(shelf.place("acme")))
        assert read_note(last.note, [KEY.public]).named == second.head


@database
def test_anchors_that_are_gone_or_not_ours_are_a_finding(
    acme: Tenant, shelf: Shelf, chain: Callable[[str], None], noon: datetime
) -> None:
    anchored(acme, shelf, noon)
    chain("C-2")
    anchored(acme, shelf, noon)
    place = shelf.place("acme")
    whole = place.read_text()
    outside = "integrity not proven: the anchors outside the database, acme.jsonl"
    place.write_text(whole.splitlines()[0] + "\n")
    assert found(acme, shelf, noon) == f"{outside}, lack the one of block 2"
    place.unlink()
    assert found(acme, shelf, noon) == f"{outside}, are gone"
    place.write_text(whole.replace('"note": "plumbline', '"note": "Plumbline', 1))
    assert found(acme, shelf, noon).startswith(f"{outside}: line 1: it is not signed")
    with pytest.raises(NotContained):
        chain("C-3")
        anchored(acme, shelf, noon)
    place.write_text(whole)
    assert found(acme, shelf, noon) == "holds"


@database
@pytest.mark.parametrize("left", ["", "the first line"])
def test_no_new_anchor_covers_up_that_the_file_was_emptied_or_cut(
    acme: Tenant, shelf: Shelf, chain: Callable[[str], None], noon: datetime, left: str
) -> None:
    anchored(acme, shelf, noon)
    chain("C-2")
    anchored(acme, shelf, noon)
    place = shelf.place("acme")
    whole = place.read_text()
    place.write_text(whole.splitlines()[0] + "\n") if left else place.unlink()
    chain("C-3")
    with pytest.raises(NotContained, match="lack the one of block 2"):
        anchored(acme, shelf, noon)
    assert found(acme, shelf, noon).startswith("integrity not proven: the anchors outside the database")
    place.write_text(whole)
    assert anchored(acme, shelf, noon) is not None
    assert found(acme, shelf, noon) == "holds"


@database
@pytest.mark.parametrize("also_the_verdicts", [False, True])
def test_a_cut_tail_and_an_older_copy_are_found_and_never_signed(
    acme: Tenant, shelf: Shelf, chain: Callable[[str], None], noon: datetime, raw_as: RawAs, also_the_verdicts: bool
) -> None:
    chain("C-2")
    anchored(acme, shelf, noon)
    with raw_as("superuser") as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("DELETE FROM audit_entry WHERE subject = 'C-2'")
        admin.execute("DELETE FROM audit_block WHERE number = 2")
        if also_the_verdicts:
            admin.execute("DELETE FROM audit_verification")
            admin.execute("DELETE FROM audit_anchor")
    assert found(acme, shelf, noon) == "audit block 2 is anchored and gone: 1 blocks are left"
    with pytest.raises(NotContained, match="does not contain block 2"):
        anchored(acme, Shelf(shelf.folder, KEY), noon + timedelta(hours=1)) or chain("x") or anchored(acme, shelf, noon)
    chain("C-4")
    with pytest.raises(NotContained, match="does not contain block 2"):
        anchored(acme, shelf, noon)
    assert found(acme, shelf, noon) == "audit block 2 is not the one that was anchored"


@database
def test_the_settings_name_the_folder_and_the_key_is_made_once(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_DIR, settings.ANCHOR_KEY = tmp_path, base64.b64encode(KEY.seed).decode()
    settings.ANCHOR_OLD_KEYS = [str(OTHER.public)]
    assert installed_shelf() == Shelf(tmp_path, KEY, (OTHER.public,))


def test_a_line_says_what_its_note_says(shelf: Shelf, noon: datetime) -> None:
    shelf.append("acme", an_anchor(noon))
    told = json.loads(shelf.place("acme").read_text())
    assert (told["blocks"], told["head"], told["rows"]) == (3, f"{3:064x}", 90)
