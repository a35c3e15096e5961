"""The routing rows, read once and checked: every row names a playbook that is there, every playbook a class. Pure after reading.

Source: DOMAIN, exception classes and signals; the rows: routes.yaml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from reconciliation.cases.taxonomy import CAUSES, CLASSES

IncidentClass = Literal["detection", "settlement", "webhook", "provider", "reconciliation", "payout"]
INCIDENT_CLASSES: tuple[IncidentClass, ...] = (
    "detection", "settlement", "webhook", "provider", "reconciliation", "payout",
)  # fmt: skip
PLANES = ("ledger-bank", "commerce-provider", "provider-ledger", "provider-log")
ROWS = Path(__file__).with_name("routes.yaml")
PARTS = frozenset({"classes", "playbooks", "cases", "signals", "escalations", "alerts"})
KNOWN: Mapping[str, frozenset[Any]] = {
    "cause": frozenset(CAUSES), "planes": frozenset(PLANES), "exception_class": frozenset(CLASSES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRoute:
    """One row for cases; an empty set fits every value."""

    playbook: str
    cause: frozenset[int]
    planes: frozenset[str]
    exception_class: frozenset[str]

    def fits(self, exception_class: str, planes: str, cause: int | None) -> bool:
        """Whether it speaks about a case of this class, between these planes, with this cause."""
        asked = ((self.cause, cause), (self.planes, planes), (self.exception_class, exception_class))
        return all(not accepted or value in accepted for accepted, value in asked)


@dataclass(frozen=True, slots=True)
class Routes:
    """`classes`: what each incident class says; `playbooks`: key → its class; `signals`, `escalations`, `alerts`: what raises
    → playbook. `cases` in the order in which they are asked."""

    classes: Mapping[IncidentClass, str]
    playbooks: Mapping[str, IncidentClass]
    cases: tuple[CaseRoute, ...]
    signals: Mapping[str, str]
    escalations: Mapping[str, str]
    alerts: Mapping[str, str]

    def of_case(self, exception_class: str, planes: str, cause: int | None) -> str:
        """The playbook of a case; the rows speak about every case there can be, which a test holds."""
        return next(row.playbook for row in self.cases if row.fits(exception_class, planes, cause))


@cache
def routes() -> Routes:
    """The rows that ship. Raises ValueError naming the row that does not fit."""
    return read(yaml.safe_load(ROWS.read_text(encoding="utf-8")))


def read(rows: Mapping[str, Any]) -> Routes:
    """The rows as they were written. Raises ValueError naming what is wrong and where."""
    if set(rows) != PARTS:
        raise ValueError(f"routing has the parts {', '.join(sorted(PARTS))}, and not {', '.join(sorted(rows))}")
    if tuple(rows["classes"]) != INCIDENT_CLASSES:
        raise ValueError(f"the incident classes are {', '.join(INCIDENT_CLASSES)}, in this order")
    for key, named in rows["playbooks"].items():
        if named not in INCIDENT_CLASSES:
            raise ValueError(f"playbook {key} is of no incident class: {named}")
    for part in ("signals", "escalations", "alerts"):
        for signal, playbook in rows[part].items():
            _known(playbook, rows, f"{part} {signal}")
    cases = tuple(_case(row, rows, n) for n, row in enumerate(rows["cases"], 1))
    return Routes(rows["classes"], rows["playbooks"], cases, rows["signals"], rows["escalations"], rows["alerts"])


def _case(row: Mapping[str, Any], rows: Mapping[str, Any], n: int) -> CaseRoute:
    _known(row.get("playbook"), rows, f"case row {n}")
    for name, values in row.items():
        if name != "playbook" and (name not in KNOWN or not values or not set(values) <= KNOWN[name]):
            raise ValueError(f"case row {n}: {name} {values} is not known")
    return CaseRoute(
        row["playbook"], *(frozenset(row.get(name, ())) for name in ("cause", "planes", "exception_class"))
    )


def _known(playbook: object, rows: Mapping[str, Any], where: str) -> None:
    if playbook not in rows["playbooks"]:
        raise ValueError(f"{where} leads to no playbook: {playbook}")
