"""The catalogue of signals: everything that can say that something is wrong, what it means, and which playbook it leads to. Pure;
read from the signals, the classes of exceptions, the escalation rules that ship and the rows of incident routing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciliation.cases.taxonomy import CLASSES, TITLES
from reconciliation.oversight.escalation.rules import SHIPPED
from reconciliation.oversight.routing.named import alert_words
from reconciliation.oversight.routing.routes import PLANES, routes
from reconciliation.oversight.signals.catalogue import EARLY, OPERATIONAL, Signal

# Between which planes a class is found at all; of ledger and bank the titles say it. A test holds it against the matchers.
FOUND: Mapping[str, frozenset[str]] = {
    "commerce-provider": frozenset({
        "reference_mismatch", "rail_or_asset_mismatch", "duplicate_observation", "ambiguous_finality", "timing_skew", "policy_hold",
        "missing_counterpart", "amount_mismatch",
    }),
    "provider-ledger": frozenset({
        "rail_or_asset_mismatch", "illegal_transition", "duplicate_observation", "amount_mismatch", "missing_counterpart",
    }),
    "provider-log": frozenset({"missing_counterpart", "ambiguous_finality", "amount_mismatch"}),
    "ledger-bank": frozenset(named for named, _ in TITLES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """`name` in words, `limit` from where on it speaks, `meaning`, and the keys of the playbooks that it leads to, the most special
    first."""

    name: str
    limit: str
    meaning: str
    playbooks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Signals of one kind, with what their second column is called."""

    key: str
    title: str
    says: str
    limit: str
    rows: tuple[Row, ...]


def signal_catalogue() -> list[Group]:
    """Early ones first, as they speak first."""
    return [
        Group("early", "Early signals", "Counted from rows each hour, told once a day; they speak before money differs.",
              "Range", _signals(EARLY)),
        Group("operational", "Operational signals", "Whether the work itself is being done.", "Range", _signals(OPERATIONAL)),
        Group("classes", "Classes of exceptions", "Each difference becomes a case of exactly one class.", "Due", tuple(_classes())),
        Group("escalations", "Escalations", "As shipped; a tenant's own rules stand in the settings.", "Severity", tuple(
            Row(rule.title, rule.severity, f"tells {', '.join(rule.receivers)}", (routes().escalations[rule.signal],))
            for rule in SHIPPED
        )),
        Group("alerts", "Alerts", "Of the metrics; each has a page of its own in docs/runbooks.", "Alert", tuple(
            Row(alert_words(alert), alert, "", (playbook,)) for alert, playbook in routes().alerts.items()
        )),
    ]  # fmt: skip


def _signals(signals: Iterable[Signal]) -> tuple[Row, ...]:
    return tuple(Row(s.name, s.goal, s.definition, (routes().signals[s.key],)) for s in signals)


def _classes() -> Iterable[Row]:
    for name, meant in CLASSES.items():
        causes = [cause for named, cause in TITLES if named == name and cause is not None]
        led = [routes().of_case(name, "ledger-bank", cause) for cause in causes]
        led += [routes().of_case(name, planes, None) for planes in PLANES if name in FOUND[planes]]
        hours = int(meant.due.total_seconds()) // 3600
        yield Row(meant.words, f"{hours} h, {meant.owner}", meant.failure, tuple(dict.fromkeys(led)))
