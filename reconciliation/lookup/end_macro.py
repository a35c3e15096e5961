"""Take a macro away from support. Its versions stay on record."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.lookup.macro_versions import last_version
from reconciliation.lookup.models import Macro
from reconciliation.permissions import Permission, require


def end_macro(*, name: str, language: str, actor: Actor, at: datetime) -> Macro:
    """Append the version that ends it. Needs a tenant scope. Raises NotPermitted, NotFound (no such macro, or ended)."""
    require(actor, Permission.SET_UP)
    last = last_version(name, language)
    if last is None or last.ended:
        raise NotFound(f"no macro {name!r:.80} stands in {language!r:.20}")
    made = Macro.objects.create(
        name=name,
        language=language,
        version=last.version + 1,
        text=last.text,
        ended=True,
        saved_by=actor.id,
        saved_at=at,
    )
    audit.record(actor, at, "macro.ended", f"{last}")
    return made
