"""What somebody with every right on the database may do to it, one edit a kind. Each works in the superuser's open transaction with
all triggers asleep, picks its rows by the seed, and changes something for certain."""

import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import psycopg

Admin = psycopg.Connection[Any]
Edit = Callable[[Admin, random.Random], None]
KINDS: dict[str, Edit] = {}


def kind(edit: Edit) -> Edit:
    KINDS[edit.__name__.replace("_", " ")] = edit
    return edit


def ids(admin: Admin, query: str) -> list[int]:
    found = [row[0] for row in admin.execute(query).fetchall()]
    assert found, query
    return found


def done(admin: Admin, statement: str, *values: Any) -> None:
    assert admin.execute(statement, values or None).rowcount > 0, statement


def book_edit(name: str, change: str, where: str = "true") -> None:
    """An edit of one header of the book."""

    def edit(admin: Admin, seed: random.Random) -> None:
        chosen = seed.choice(ids(admin, f"SELECT id FROM ledger_transaction WHERE {where} ORDER BY id"))
        done(admin, f"UPDATE ledger_transaction SET {change} WHERE id = %s", chosen)

    KINDS[name] = edit


for name, change in {
    "a posting of another day": "effective_on = effective_on + 1",
    "a posting recorded at another time": "recorded_at = recorded_at - interval '1 us'",
    "a posting of another payment": "payment_id = 'someone-else'",
    "another partner reference": "partner_reference = 'X' || coalesce(partner_reference, '')",
    "another batch reference": "batch_reference = 'B' || coalesce(batch_reference, '')",
    "another use case": "use_case = 'other'",
    "another decision": "decision_id = decision_id + 1",
    "another key": "idempotency_key = idempotency_key || 'x'",
    "other metadata": "metadata = '{\"x\": 1}'",
    "a correction of something else": "corrects_id = coalesce(corrects_id, 0) + 1",
    "a day that it adjusts": "adjusts_on = '2026-01-01'",
    "another public id": "public_id = gen_random_uuid()",
}.items():
    book_edit(name, change)
book_edit("a posting made to fail", "status = 'FAILED', posted_at = NULL", "status = 'POSTED'")
book_edit("a plan made to stand", "status = 'POSTED', posted_at = recorded_at", "status = 'PENDING'")
book_edit("a failure made to stand", "status = 'POSTED', posted_at = recorded_at", "status = 'FAILED'")
book_edit("posted at another time", "posted_at = posted_at + interval '1 day'", "status = 'POSTED'")
book_edit("a reversal taken off", "reverses_id = NULL", "reverses_id IS NOT NULL")


def entry_edit(name: str, change: str, legs: str = "leg = 1") -> None:
    def edit(admin: Admin, seed: random.Random) -> None:
        chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction ORDER BY id"))
        done(admin, f"UPDATE ledger_entry SET {change} WHERE transaction_id = %s AND {legs}", chosen)

    KINDS[name] = edit


entry_edit("an amount", "amount_minor = amount_minor + 1")
entry_edit("all amounts of a posting", "amount_minor = amount_minor * 2", "true")
entry_edit("a direction", "direction = CASE direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END")
entry_edit("a posting turned round", "direction = CASE direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END", "true")
entry_edit("an account of an entry", "account_id = (SELECT min(id) FROM ledger_account WHERE id <> account_id)")
entry_edit("legs in another order", "leg = 100 - leg", "true")
entry_edit("an entry moved to another posting", "transaction_id = (SELECT max(id) + 1 FROM ledger_transaction)")


@kind
def an_entry_gone(admin: Admin, seed: random.Random) -> None:
    done(admin, "DELETE FROM ledger_entry WHERE leg = 1 AND transaction_id = %s",
         seed.choice(ids(admin, "SELECT id FROM ledger_transaction ORDER BY id")))  # fmt: skip


@kind
def entries_added_to_a_sealed_posting(admin: Admin, seed: random.Random) -> None:
    chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction ORDER BY id"))
    done(admin, "INSERT INTO ledger_entry SELECT tenant_id, transaction_id, leg + 10, account_id, direction, 7 FROM ledger_entry"
                " WHERE transaction_id = %s", chosen)  # fmt: skip


@kind
def references_of_two_postings_swapped(admin: Admin, seed: random.Random) -> None:
    one, two = seed.sample(ids(admin, "SELECT id FROM ledger_transaction WHERE reverses_id IS NULL ORDER BY id"), 2)
    done(admin, "UPDATE ledger_transaction t SET partner_reference = o.partner_reference FROM ledger_transaction o"
                " WHERE t.id = ANY(%s) AND o.id = ANY(%s) AND o.id <> t.id", [one, two], [one, two])  # fmt: skip


@kind
def a_posting_gone_with_its_entries(admin: Admin, seed: random.Random) -> None:
    chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction ORDER BY id"))
    for table, column in (
        ("ledger_transaction_move", "transaction_id"),
        ("ledger_entry", "transaction_id"),
        ("ledger_transaction", "id"),
    ):
        admin.execute(f"DELETE FROM {table} WHERE {column} = %s", [chosen])


@kind
def a_posting_gone_with_its_audit_row(admin: Admin, seed: random.Random) -> None:
    chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction ORDER BY id"))
    done(
        admin,
        "DELETE FROM audit_entry WHERE subject = (SELECT public_id::text FROM ledger_transaction WHERE id = %s)",
        chosen,
    )
    for table, column in (
        ("ledger_transaction_move", "transaction_id"),
        ("ledger_entry", "transaction_id"),
        ("ledger_transaction", "id"),
    ):
        admin.execute(f"DELETE FROM {table} WHERE {column} = %s", [chosen])


@kind
def a_posting_that_nobody_made(admin: Admin, seed: random.Random) -> None:
    names = "tenant_id, status, use_case, effective_on, recorded_at, posted_at, decision_id, fingerprint"
    chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction WHERE status = 'POSTED' ORDER BY id"))
    done(
        admin,
        f"INSERT INTO ledger_transaction ({names}, idempotency_key) SELECT {names}, 'x' FROM ledger_transaction WHERE id = %s",
        chosen,
    )
    done(admin, "INSERT INTO ledger_entry SELECT tenant_id, (SELECT max(id) FROM ledger_transaction), leg, account_id, direction,"
                " amount_minor FROM ledger_entry WHERE transaction_id = %s", chosen)  # fmt: skip


def move_edit(name: str, statement: str) -> None:
    def edit(admin: Admin, seed: random.Random) -> None:
        done(admin, statement, seed.choice(ids(admin, "SELECT id FROM ledger_transaction_move ORDER BY id")))

    KINDS[name] = edit


move_edit("a move gone", "DELETE FROM ledger_transaction_move WHERE id = %s")
move_edit("a move to another day", "UPDATE ledger_transaction_move SET effective_on = effective_on + 1 WHERE id = %s")
move_edit(
    "a move under another decision", "UPDATE ledger_transaction_move SET decision_id = decision_id + 1 WHERE id = %s"
)
move_edit("a move at another time", "UPDATE ledger_transaction_move SET at = at + interval '1 s' WHERE id = %s")
move_edit(
    "a move the other way",
    "UPDATE ledger_transaction_move SET to_status = CASE to_status WHEN 'POSTED' THEN 'FAILED' ELSE 'POSTED' END WHERE id = %s",
)


def account_edit(name: str, statement: str) -> None:
    def edit(admin: Admin, seed: random.Random) -> None:
        done(admin, statement, seed.choice(ids(admin, "SELECT id FROM ledger_account ORDER BY id")))

    KINDS[name] = edit


account_edit("an account under another name for it", "UPDATE ledger_account SET code = code || 'x' WHERE id = %s")
account_edit(
    "an account of another kind",
    "UPDATE ledger_account SET kind = CASE kind WHEN 'ASSET' THEN 'EQUITY' ELSE 'ASSET' END WHERE id = %s",
)
account_edit(
    "an account in another asset",
    "UPDATE ledger_account SET asset = CASE asset WHEN 'USD' THEN 'ETB' ELSE 'USD' END WHERE id = %s",
)


@kind
def the_codes_of_two_accounts_swapped(admin: Admin, seed: random.Random) -> None:
    one, two = seed.sample(ids(admin, "SELECT id FROM ledger_account ORDER BY id"), 2)
    codes = dict(admin.execute("SELECT id, code FROM ledger_account").fetchall())
    for account, code in ((one, "for a moment"), (two, codes[one]), (one, codes[two])):
        done(admin, "UPDATE ledger_account SET code = %s WHERE id = %s", code, account)


SEALED = "SELECT id FROM audit_entry WHERE id <= (SELECT max(last_id) FROM audit_block) ORDER BY id"


def trail_edit(name: str, statement: str) -> None:
    """An edit of one row that a block holds."""

    def edit(admin: Admin, seed: random.Random) -> None:
        done(admin, statement, seed.choice(ids(admin, SEALED)))

    KINDS[name] = edit


for name, change in {
    "another reason": "why = why || '.'", "another actor": "actor = 'somebody'", "another role": "role = 'auditor'",
    "another kind of actor": "actor_kind = CASE actor_kind::text WHEN 'person' THEN 'job' ELSE 'person' END",
    "another action": "action = 'case.assigned'", "another subject": "subject = subject || '1'",
    "another instant": "at = at + interval '1 us'", "another policy version": "policy_version = 'v9'",
    "another detail": "detail = detail || '{\"n\": 1}'", "another content": "content_sha256 = sha256('x')",
    "an audit row moved behind the head": "xid = '900000000'",
    "an audit row moved to the front": "xid = '3'",
}.items():  # fmt: skip
    trail_edit(name, f"UPDATE audit_entry SET {change} WHERE id = %s")
trail_edit("an audit row gone", "DELETE FROM audit_entry WHERE id = %s")
trail_edit(
    "an audit row slipped in",
    "INSERT INTO audit_entry (tenant_id, xid, at, actor_kind, actor, role, action, subject, policy_version)"
    " SELECT tenant_id, xid, at, actor_kind, actor, role, 'case.noted', 'C-9', '-' FROM audit_entry WHERE id = %s",
)


@kind
def an_audit_row_renumbered(admin: Admin, seed: random.Random) -> None:
    names = "xid, at, actor_kind, actor, role, action, subject, why, policy_version, detail, content_sha256"
    done(
        admin,
        "WITH old AS (DELETE FROM audit_entry WHERE id = %s RETURNING *)"
        f" INSERT INTO audit_entry (tenant_id, id, {names}) OVERRIDING SYSTEM VALUE"
        f" SELECT tenant_id, id + 1000000, {names} FROM old",
        seed.choice(ids(admin, SEALED)),
    )


@kind
def two_audit_rows_swapped(admin: Admin, seed: random.Random) -> None:
    one, two = seed.sample(ids(admin, SEALED), 2)
    done(admin, "UPDATE audit_entry a SET subject = b.subject, detail = b.detail || '{\"of\": 1}', content_sha256 = b.content_sha256"
                " FROM audit_entry b WHERE a.id = ANY(%s) AND b.id = ANY(%s) AND a.id <> b.id", [one, two], [one, two])  # fmt: skip


def block_edit(name: str, change: str) -> None:
    def edit(admin: Admin, seed: random.Random) -> None:
        done(
            admin,
            f"UPDATE audit_block SET {change} WHERE number = %s",
            seed.choice(ids(admin, "SELECT number FROM audit_block ORDER BY 1")),
        )

    KINDS[name] = edit


for name, change in {
    "a block's digest": "sha256 = sha256('x')", "a block's link": "previous = sha256('x')", "a block's rows": "rows_sha256 = sha256('x')",
    "a block's count": "row_count = row_count + 1", "a block's last row": "last_id = last_id + 1", "a block of another cluster": "epoch = '1'",
    "a block's limit": "below_xid = (below_xid::text::bigint + 1000000)::text::xid8", "a block's time": "sealed_at = sealed_at - interval '1 us'",
    "a block's number": "number = number + 1000",
}.items():  # fmt: skip
    block_edit(name, change)


@kind
def a_block_gone(admin: Admin, seed: random.Random) -> None:
    done(
        admin,
        "DELETE FROM audit_block WHERE number = %s",
        seed.choice(ids(admin, "SELECT number FROM audit_block ORDER BY 1")),
    )


@kind
def an_amount_with_its_audit_row_and_every_digest_made_anew(admin: Admin, seed: random.Random) -> None:
    chosen = seed.choice(ids(admin, "SELECT id FROM ledger_transaction WHERE status = 'POSTED' ORDER BY id"))
    done(admin, "UPDATE ledger_entry SET amount_minor = amount_minor * 3 WHERE transaction_id = %s", chosen)
    done(admin, "UPDATE audit_entry a SET content_sha256 = sha256(transaction_canonical(t, EXISTS (SELECT FROM ledger_transaction_move m"
                " WHERE m.transaction_id = t.id), (SELECT string_agg(concat_ws(' ', account_id, direction, amount_minor), ',' ORDER BY leg)"
                " FROM ledger_entry WHERE transaction_id = t.id))) FROM ledger_transaction t"
                " WHERE t.id = %s AND a.subject = t.public_id::text AND a.content_sha256 IS NOT NULL", chosen)  # fmt: skip
    sealed_anew(admin)


@kind
def an_act_taken_out_and_every_digest_made_anew(admin: Admin, seed: random.Random) -> None:
    done(
        admin,
        "DELETE FROM audit_entry WHERE id = %s",
        seed.choice(ids(admin, "SELECT id FROM audit_entry WHERE action = 'case.noted'")),
    )
    sealed_anew(admin)


def cut(admin: Admin, seed: random.Random) -> int:
    """Everything from a block on, as if it had never been; the verdicts and anchors that the database remembers as well."""
    block = seed.choice(ids(admin, "SELECT number FROM audit_block WHERE number > 1"))
    (after,) = admin.execute("SELECT max(last_id) FROM audit_block WHERE number < %s", [block]).fetchone()  # type: ignore[misc]
    gone = "SELECT t.id FROM ledger_transaction t JOIN audit_entry a ON a.subject = t.public_id::text AND a.content_sha256 IS NOT NULL"
    admin.execute(f"CREATE TEMP TABLE gone ON COMMIT DROP AS {gone} AND a.id > %s", [after])
    for table, column in (
        ("ledger_transaction_move", "transaction_id"),
        ("ledger_entry", "transaction_id"),
        ("ledger_transaction", "id"),
    ):
        admin.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM gone)")
    admin.execute("DELETE FROM ledger_transaction_move m USING audit_entry a, ledger_transaction t WHERE t.id = m.transaction_id"
                  " AND a.subject = t.public_id::text AND a.id > %s AND a.action IN ('transaction.confirmed', 'transaction.failed')", [after])  # fmt: skip
    done(admin, "DELETE FROM audit_entry WHERE id > %s", after)
    done(admin, "DELETE FROM audit_block WHERE number >= %s", block)
    admin.execute("UPDATE ledger_transaction t SET status = 'PENDING', posted_at = NULL WHERE id IN (SELECT t.id FROM ledger_transaction t"
                  " JOIN audit_entry a ON a.subject = t.public_id::text WHERE a.action = 'transaction.planned' AND NOT EXISTS"
                  " (SELECT FROM ledger_transaction_move m WHERE m.transaction_id = t.id))")  # fmt: skip
    admin.execute("DELETE FROM audit_verification")
    admin.execute("DELETE FROM audit_anchor")
    return int(block)


@kind
def a_tail_cut_off(admin: Admin, seed: random.Random) -> None:
    cut(admin, seed)


@kind
def an_older_dump_put_back_and_worked_on(admin: Admin, seed: random.Random) -> None:
    """What stood some blocks ago; since then another story was told, and sealed by the book."""
    cut(admin, seed)
    for n in range(seed.randrange(1, 9)):
        done(admin, "INSERT INTO audit_entry (tenant_id, xid, at, actor_kind, actor, role, action, subject, policy_version)"
                    " SELECT tenant_id, (SELECT max(below_xid::text::bigint) + 1 FROM audit_block)::text::xid8, now(), actor_kind, actor,"
                    " role, 'case.noted', %s, '-' FROM audit_entry ORDER BY id LIMIT 1", f"C-9{n}")  # fmt: skip
    (number, epoch, below, previous, tenant) = admin.execute(
        "SELECT number, epoch, below_xid::text::bigint, sha256, tenant_id FROM audit_block ORDER BY number DESC LIMIT 1"
    ).fetchone()  # type: ignore[misc]
    done(admin, "INSERT INTO audit_block SELECT tenant_id, number + 1, epoch, (%s)::text::xid8, 0 + 1, last_id, rows_sha256, sha256, sha256,"
                " sealed_at FROM audit_block WHERE number = %s", str(below + 2), number)  # fmt: skip
    assert previous and epoch and tenant
    sealed_anew(admin)


@kind
def everything_gone(admin: Admin, seed: random.Random) -> None:
    for table in ("ledger_transaction_move", "ledger_entry", "ledger_transaction", "audit_entry", "audit_block", "ledger_account",
                  "audit_verification", "audit_anchor"):  # fmt: skip
        admin.execute(f"DELETE FROM {table}")


def sealed_anew(admin: Admin) -> None:
    """All blocks stated as if their rows had always been those that stand now."""
    previous, low = b"", 0
    columns = "number, epoch, below_xid::text::bigint, tenant_id, (extract(epoch FROM sealed_at) * 1000000)::bigint"
    for number, epoch, below, tenant, at in admin.execute(
        f"SELECT {columns} FROM audit_block ORDER BY number"
    ).fetchall():
        rows = admin.execute(
            "SELECT id, sha256(audit_canonical(a)) FROM audit_entry a WHERE xid::text::bigint >= %s AND xid::text::bigint < %s"
            " ORDER BY xid, id", [low, below],
        ).fetchall()  # fmt: skip
        digest = sha256(b"".join(bytes(leaf) for _, leaf in rows)).digest()
        last = max(row for row, _ in rows)
        fields = "\x1f".join(str(f) for f in ("b1", tenant, number, epoch, below, len(rows), last, at))
        own = sha256(previous + digest + fields.encode()).digest()
        done(admin, "UPDATE audit_block SET rows_sha256 = %s, previous = %s, sha256 = %s, row_count = %s, last_id = %s WHERE number = %s",
             digest, previous, own, len(rows), last, number)  # fmt: skip
        previous, low = own, below
