"""Save what support may send. Versions are appended, never edited."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import BadInput
from reconciliation.lookup.macro_versions import last_version
from reconciliation.lookup.macros import checked_name, checked_text
from reconciliation.lookup.models import Macro
from reconciliation.lookup.phrases import LANGUAGES
from reconciliation.permissions import Permission, require


def save_macro(*, name: str, language: str, text: str, actor: Actor, at: datetime) -> Macro:
    """Append the next version of the macro; the same text again is the version that stands. Needs a tenant scope.

    Raises NotPermitted, BadInput (name, language, a placeholder that is none, a block explorer's link)."""
    require(actor, Permission.SET_UP)
    name, text = checked_name(name), checked_text(text)
    if language not in LANGUAGES:
        raise BadInput(f"the language is one of {', '.join(LANGUAGES)}", "language")
    last = last_version(name, language)
    if last is not None and not last.ended and last.text == text:
        return last
    made = Macro.objects.create(
        name=name, language=language, version=last.version + 1 if last else 1, text=text, saved_by=actor.id, saved_at=at
    )
    audit.record(actor, at, "macro.saved", f"{made}", text=text)
    return made
