"""Which of the texts that people wrote lean on a block explorer and name no payment of ours: the same for the signal that counts
them and for the pages that show them. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from reconciliation.lookup.cited import explorer_citations, words_of
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "named.sql")


def payments_named(words: Iterable[str], *, until: datetime) -> set[str]:
    """The words that are payments known before an instant. One query, none for no word. Needs a tenant scope."""
    asked = sorted(set(words))
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(SQL["known"], {"words": asked, "until": until})
        return {word for (word,) in cursor.fetchall()}


def bare_notes(texts: Sequence[str], *, at: datetime) -> set[str]:
    """Those that cite a block explorer and name no payment that is known by now. One query where one cites, else none."""
    citing = [text for text in texts if explorer_citations(text)]
    known = payments_named((word for text in citing for word in words_of(text)), until=at)
    return {text for text in citing if known.isdisjoint(words_of(text))}
