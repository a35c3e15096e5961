"""Roles, permissions and the one table that joins them. Use cases call `require`; pages ask `allowed` for what to offer."""

from enum import StrEnum

from ledger.actors import Actor
from reconciliation.errors import NotPermitted
from reconciliation.permission_words import permission_words


class Permission(StrEnum):
    VIEW_DRIFT = "drift.view"
    RECONCILE = "drift.reconcile"
    VIEW_CASES = "case.view"
    WORK_CASES = "case.work"
    NOTE_CASES = "case.note"
    SIGN_OFF = "case.sign_off"
    REQUEST_CORRECTION = "correction.request"
    DECIDE_REQUEST = "request.decide"
    VIEW_REQUESTS = "request.view"
    VIEW_BANK = "bank.view"
    IMPORT_STATEMENT = "bank.import"
    VIEW_LEDGER = "ledger.view"
    POST = "ledger.post"
    CLOSE_BOOKS = "period.close"
    VIEW_PAYMENTS = "payment.view"
    VIEW_EVENTS = "event.view"
    DOCUMENT_GAP = "gap.document"
    VIEW_RAW = "event.raw"
    REPLAY = "event.replay"
    POLL = "event.poll"
    VIEW_ORDERS = "order.view"
    RECORD_ORDERS = "order.record"
    MOVE_ORDER = "order.move"
    VIEW_AUDIT = "audit.view"
    VERIFY = "audit.verify"
    SET_UP = "setting.change"
    VIEW_SETTINGS = "setting.view"
    VIEW_POLICIES = "policy.view"
    OVERRIDE = "policy.override"
    VIEW_DRAFTS = "draft.view"
    OWN_TOKENS = "token.own"
    VIEW_INCIDENTS = "incident.view"
    WORK_INCIDENTS = "incident.work"
    RELEASE_INCIDENT = "incident.release"
    DOWNLOAD_EVIDENCE = "evidence.download"
    VIEW_RECOVERY = "recovery.view"
    RUN_RECOVERY = "recovery.run"
    CLASSIFY_GAPS = "recovery.classify"
    VIEW_NOTIFICATIONS = "notification.view"
    ACKNOWLEDGE = "notification.acknowledge"
    ESCALATE = "notification.raise"
    VIEW_REVIEW = "review.view"
    READ_SIGNALS = "signal.read"


P = Permission
PEOPLE = frozenset({P.VIEW_PAYMENTS, P.VIEW_DRIFT, P.VIEW_CASES, P.VIEW_ORDERS, P.OWN_TOKENS})
READ = PEOPLE | {
    P.VIEW_BANK, P.VIEW_LEDGER, P.VIEW_EVENTS, P.VIEW_POLICIES, P.VIEW_DRAFTS, P.VIEW_INCIDENTS, P.VIEW_NOTIFICATIONS,
    P.VIEW_RECOVERY,
    P.VIEW_REVIEW,
}  # fmt: skip
ON_CALL = frozenset({P.WORK_INCIDENTS, P.RELEASE_INCIDENT, P.DOWNLOAD_EVIDENCE, P.ACKNOWLEDGE})
ROLES: dict[str, frozenset[Permission]] = {
    "support": PEOPLE | {P.NOTE_CASES},
    "analyst": READ
    | {
        P.RECONCILE,
        P.WORK_CASES,
        P.NOTE_CASES,
        P.REQUEST_CORRECTION,
        P.VIEW_REQUESTS,
        P.IMPORT_STATEMENT,
        P.WORK_INCIDENTS,
        P.CLASSIFY_GAPS,
        P.CLOSE_BOOKS,
        P.DOCUMENT_GAP,
    },
    "controller": READ
    | ON_CALL
    | {
        P.RECONCILE,
        P.WORK_CASES,
        P.NOTE_CASES,
        P.SIGN_OFF,
        P.REQUEST_CORRECTION,
        P.VIEW_REQUESTS,
        P.DECIDE_REQUEST,
        P.IMPORT_STATEMENT,
        P.VIEW_AUDIT,
        P.MOVE_ORDER,
        P.RUN_RECOVERY,
        P.CLASSIFY_GAPS,
        P.DOCUMENT_GAP,
        P.OVERRIDE,
        P.CLOSE_BOOKS,
    },
    "policy_admin": READ
    | ON_CALL
    | {
        P.DECIDE_REQUEST,
        P.OVERRIDE,
        P.SET_UP,
        P.VIEW_SETTINGS,
        P.VIEW_REQUESTS,
        P.VIEW_AUDIT,
        P.REPLAY,
        P.POLL,
        P.DOCUMENT_GAP,
    },
    "auditor": READ | {P.VIEW_REQUESTS, P.VIEW_AUDIT, P.VIEW_SETTINGS, P.VERIFY, P.VIEW_RAW, P.DOWNLOAD_EVIDENCE},
    "operator": READ
    | ON_CALL
    | {
        P.RUN_RECOVERY,
        P.CLASSIFY_GAPS,
        P.OVERRIDE,
        P.RECONCILE,
        P.IMPORT_STATEMENT,
        P.VIEW_AUDIT,
        P.VIEW_SETTINGS,
        P.VERIFY,
        P.VIEW_RAW,
        P.REPLAY,
        P.POLL,
    },
    "integration": frozenset(
        {
            P.POST,
            P.RECONCILE,
            P.IMPORT_STATEMENT,
            P.VIEW_DRIFT,
            P.VIEW_CASES,
            P.VIEW_LEDGER,
            P.VIEW_BANK,
            P.VIEW_ORDERS,
            P.RECORD_ORDERS,
            P.VIEW_PAYMENTS,
            P.VIEW_EVENTS,
            P.VIEW_INCIDENTS,
            P.VIEW_NOTIFICATIONS,
            P.VIEW_RECOVERY,
        }
    ),
    "job": frozenset(
        {
            P.REQUEST_CORRECTION,
            P.RECONCILE,
            P.IMPORT_STATEMENT,
            P.POST,
            P.RECORD_ORDERS,
            P.VIEW_DRIFT,
            P.POLL,
            P.ESCALATE,
            P.READ_SIGNALS,
        }
    ),
}


def allowed(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles carries the permission."""
    return any(permission in ROLES.get(role, frozenset()) for role in actor.roles)


def holders(permission: Permission) -> list[str]:
    """The roles that carry a permission, for the sentence that says who may."""
    return sorted(role for role, carried in ROLES.items() if permission in carried)


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotPermitted, saying what it is about and who holds it."""
    if not allowed(actor, permission):
        roles = ", ".join(r.replace("_", " ") for r in holders(permission))
        raise NotPermitted(f"{permission_words(permission)} needs the role {roles}; you act as {actor.role}")
