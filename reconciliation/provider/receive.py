"""Take a delivery in: kept byte by byte with what its signature was found to be, before anything in it is read.

One round trip stores it and its place in the inbox (verified) or in quarantine (not). Who is answered 2xx may forget it:
it is stored. Source: SAFETY, webhook intake.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import connection

from ledger.one_call import call_alone, call_within
from reconciliation.provider.sealing import unseal
from reconciliation.provider.signatures.headers import Headers
from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import Verdict

FIND = "SELECT tenant_id, endpoint_id, scheme, key_ids, keys FROM guard.endpoint_of_token(%s)"
UNKEPT = frozenset({"cookie", "authorization", "proxy-authorization"})
MOST_HEADERS, LONGEST_HEADER = 64, 4096
MOST_KNOWN = 1024
_known: dict[str, "Address"] = {}


@dataclass(frozen=True, slots=True)
class Address:
    """Whose endpoint a token is, with the keys that stand; `secrets` in the order of `key_ids`, those that can be opened.
    `standing` names all keys, to tell whether any came or went since."""

    tenant_id: int
    endpoint_id: int
    scheme: str
    key_ids: tuple[int, ...]
    secrets: tuple[str, ...] = field(repr=False)
    standing: str


def known_address(token: str) -> Address | None:
    """What this process last read of a token, free of charge. Storing says whether it still stands."""
    return _known.get(token)


def address_of(token: str) -> Address | None:
    """None when no standing endpoint has the token. Needs no tenant scope: it is what names the tenant."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [token])
        row = cursor.fetchone()
    if row is None:
        _known.pop(token, None)
        return None
    opened = [(key, secret) for key, sealed in zip(row[3], row[4], strict=True) if (secret := _opened(bytes(sealed)))]
    standing = ",".join(str(key) for key in row[3])
    found = Address(row[0], row[1], row[2], tuple(k for k, _ in opened), tuple(s for _, s in opened), standing)
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[token] = found
    return found


def receive(address: Address, headers: Headers, body: bytes, *, at: datetime, alone: bool = True) -> Verdict | None:
    """Verify and store, committed on return, or within the open scope when not `alone`. Any verdict is stored; the caller's
    answer does not tell which it was. None, and nothing stored, when the endpoint ended or its keys changed since
    `address` was read."""
    verdict = VERIFIERS[address.scheme](headers, body, address.secrets, at)
    key = None if verdict.key is None else address.key_ids[verdict.key]
    tenant_id = address.tenant_id if alone else None
    stored = _store(
        tenant_id,
        address.endpoint_id,
        headers,
        body,
        reason=verdict.reason or "",
        key=key,
        at=at,
        standing=address.standing,
    )
    return verdict if stored else None


def store(
    tenant_id: int | None, endpoint_id: int, headers: Headers, body: bytes, *, reason: str, at: datetime,
    key: int | None = None, origin: str = "webhook", detail: str = "",
) -> int:  # fmt: skip
    """The delivery's id. In a transaction of its own for `tenant_id`; within the open scope when that is None."""
    return int(
        _store(tenant_id, endpoint_id, headers, body, reason=reason, at=at, key=key, origin=origin, detail=detail)
    )


def _store(
    tenant_id: int | None, endpoint_id: int, headers: Headers, body: bytes, *, reason: str, at: datetime,
    key: int | None = None, origin: str = "webhook", detail: str = "", standing: str | None = None,
) -> str:  # fmt: skip
    """The delivery's id; empty when the endpoint's keys are not those of `standing` any more."""
    params = [
        str(endpoint_id), at.isoformat(), origin, json.dumps(kept(headers)), "\\x" + body.hex(), reason, detail,
        None if key is None else str(key), standing,
    ]  # fmt: skip
    if tenant_id is None:
        return call_within("provider_receive", params)
    return call_alone(tenant_id, "provider_receive", params)


def kept(headers: Headers) -> list[list[str]]:
    """The headers as they are stored: without what would be a secret of somebody else, cut to a size, no NUL."""
    named = [(n, v) for n, v in headers if n.lower() not in UNKEPT][:MOST_HEADERS]
    return [[_storable(n[:256]), _storable(v[:LONGEST_HEADER])] for n, v in named]


def as_headers(stored: Sequence[Sequence[str]]) -> Headers:
    return [(name, value) for name, value in stored]


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


@lru_cache(maxsize=256)
def _opened(sealed: bytes) -> str | None:
    return unseal(sealed)
