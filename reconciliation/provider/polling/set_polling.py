"""Set how an endpoint's provider is asked what it sent. The setting before it ends; both stay on record."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from ledger import audit
from ledger.actors import Actor
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Endpoint
from reconciliation.provider.polling.models import Polling
from reconciliation.provider.sealing import seal

POLLED = frozenset({"btcpay"})
STORE = re.compile(r"[A-Za-z0-9_-]{1,80}")
SHORTEST, LONGEST = 8, 1024


def set_polling(
    *, endpoint_id: int, base_url: str, store: str, token: str, private: bool, actor: Actor, at: datetime
) -> Polling:
    """`private` is this installation's leave to ask hosts inside its own network, and without TLS. Needs a tenant scope.

    Raises NotPermitted, NotFound (no such open endpoint), BadInput naming the field."""
    require(actor, Permission.SET_UP)
    endpoint = Endpoint.objects.select_for_update().filter(id=endpoint_id, ended_at=None).first()
    if endpoint is None:
        raise NotFound(f"no open endpoint has the id {endpoint_id}")
    if endpoint.scheme not in POLLED:
        raise BadInput(f"{endpoint.scheme} cannot be asked; compare it by a file of its own export", "endpoint")
    base_url, store, token = _base(base_url, private), store.strip(), token.strip()
    if not STORE.fullmatch(store):
        raise BadInput("a store's id has letters, digits, - and _", "store")
    if not (SHORTEST <= len(token) <= LONGEST and token.isascii() and token.isprintable() and " " not in token):
        raise BadInput(f"a token has {SHORTEST} to {LONGEST} characters without blanks", "token")
    facts = {"endpoint": endpoint.name, "base_url": base_url, "store": store} | by(actor)
    decided = record_decision(Move("setting.polling", facts), at=at, subjects=[endpoint.name])
    Polling.objects.filter(endpoint=endpoint, ended_at=None).update(ended_at=at)
    made = Polling.objects.create(
        endpoint=endpoint, base_url=base_url, store=store, sealed=seal(token), hint=token[-4:], set_at=at,
        set_by=actor.id, decision_id=decided.id,
    )  # fmt: skip
    audit.record(
        actor, at, "polling.set", endpoint.name, policy_version=decided.decision.policy_version, base_url=base_url,
        store=store, token=f"…{made.hint}",
    )  # fmt: skip
    return made


def _base(text: str, private: bool) -> str:
    """The address before /api/v1, without a name, a password, a query or a fragment."""
    text = text.strip().rstrip("/")
    try:
        url = urlsplit(text)
        fits = bool(url.hostname) and url.port != 0
    except ValueError:
        fits = False
    schemes = ("https", "http") if private else ("https",)
    if not fits or url.scheme not in schemes or url.username or url.query or url.fragment:
        raise BadInput("an address like https://pay.example.com, without name, password or query", "base_url")
    if len(text) > 300 or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput("an address of at most 300 ASCII characters", "base_url")
    return text
