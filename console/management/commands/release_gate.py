"""`manage.py release_gate --tenant T`: whether enough days in a row were clean to release. Exits 1 when it is shut."""

from datetime import datetime
from typing import Any

from console.management.command import REFUSED, TenantCommand
from console.pages.gate import gate_json
from console.pages.words import plural
from ledger.actors import Actor
from reconciliation.oversight.release_gate import whole_gate
from reconciliation.permissions import Permission, require


class Command(TenantCommand):
    help = "States the release gate: clean days in a row over every reconciled account, and what ended the last runs."
    audited = False

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        require(who, Permission.VIEW_DRIFT)
        return gate_json(whole_gate(at=at))

    def told(self, result: dict[str, Any]) -> list[str]:
        words = "open" if result["open"] else "shut"
        lines = [
            f"{words}: {result['clean_days']} of {plural(result['needed'], 'clean day')} in a row",
            *result["blocks"],
        ]
        if result["waits"]:
            lines.append(f"stands at {result['waits']['period']}: {result['waits']['reason']}")
        return lines + [f"reset {r['period']}: {r['reason']}" for r in result["resets"][:7]]

    def exit_code(self, result: dict[str, Any]) -> int:
        return 0 if result["open"] else REFUSED
