"""Finding a draft, and what its maker alone may do with it."""

from django.db import connection

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.backtest.models import SettingDraft
from reconciliation.errors import BadInput, CannotBe, NotFound, NotPermitted

LONGEST_NAME, MOST_OPEN = 120, 50
OPEN = SettingDraft.State.OPEN


def draft_numbered(number: int) -> SettingDraft:
    """Raises NotFound."""
    found = SettingDraft.objects.filter(number=number).select_related("request", "made_by").first()
    if found is None:
        raise NotFound(f"no draft has the number {number}")
    return found


def hold_own(number: int, actor: Actor) -> SettingDraft:
    """The open draft, its row held until commit. Raises NotFound, NotPermitted (somebody else's), CannotBe (not open)."""
    draft = SettingDraft.objects.select_for_update(no_key=True).filter(number=number).first()
    if draft is None:
        raise NotFound(f"no draft has the number {number}")
    if draft.made_by_id != person_of(actor, "edits a draft"):
        raise NotPermitted(f"{draft} is {draft.made_by_label}'s; start one of your own from it")
    if draft.state != OPEN:
        raise CannotBe(f"{draft} was {draft.state} and stands as it was; start another one from it", "draft")
    return draft


def named(name: str) -> str:
    """The name of a draft, trimmed. Raises BadInput."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a name has 1 to {LONGEST_NAME} printable characters", "name")
    return name


def next_number(kind: str) -> int:
    """The next number that people read out: of drafts, of dry runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers(%s, 1)", [kind])
        return int(cursor.fetchone()[0])
