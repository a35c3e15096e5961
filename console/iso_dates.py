"""A date inside an address: 2026-03-10. Anything else is no address of ours."""

from datetime import date


class IsoDate:
    """A path converter; a day that no calendar has does not match."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()
