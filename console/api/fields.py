"""Fields of the schema that say exactly what is taken: a text of visible characters, an instant, an amount."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from reconciliation.commerce.requests import INSTANT
from reconciliation.stated import UNSEEN

SEEN = rf"^[^{UNSEEN}]*$"
MINOR = "integer minor units, as text"


def text(longest: int, *, needed: bool = True, says: str = "") -> s.CharField:
    """A text of characters that are seen as themselves; one that is not needed may be null or empty too."""
    if needed:
        return s.RegexField(SEEN, max_length=longest, min_length=1, help_text=says)
    return s.RegexField(SEEN, max_length=longest, required=False, allow_null=True, help_text=says)


def amount(says: str) -> s.CharField:
    """A positive amount."""
    return s.RegexField(r"^[1-9][0-9]{0,58}$", help_text=f"{says}, {MINOR}")


@extend_schema_field({"type": "string", "format": "date-time", "pattern": f"^{INSTANT.pattern}$"})
class Instant(s.DateTimeField):
    """An instant with its offset."""


@extend_schema_field({"type": "string", "pattern": f"^({INSTANT.pattern})?$", "nullable": True})
class InstantOrNone(s.DateTimeField):
    """An instant with its offset, or nothing: null or an empty text."""
