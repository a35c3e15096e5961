"""How much of a file a reader will hold. The figures keep a hostile file of the full size below about 300 MB of
memory."""

from dataclasses import dataclass

from reconciliation.bank.errors import StatementRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes unless named otherwise; every breach is a `StatementRefused`."""

    max_bytes: int = 64 * 1024 * 1024
    max_line: int = 256 * 1024
    max_field: int = 200_000  # characters of one field, wrapped lines joined
    max_lines: int = 300_000  # statement lines in one file: about 700 bytes each once read
    max_nodes: int = 400_000  # XML elements and attributes alive at one time


LIMITS = Limits()


def check_size(read: int, limits: Limits) -> None:
    """Refuse a file once more than the allowed bytes have been read from it."""
    if read > limits.max_bytes:
        raise StatementRefused("too_large", f"the file is larger than {limits.max_bytes} bytes")


def check_count(lines: int, limits: Limits) -> None:
    """Refuse a file that holds more statement lines than we keep in memory."""
    if lines > limits.max_lines:
        raise StatementRefused("too_many_lines", f"the file holds more than {limits.max_lines} statement lines")


def check_field(text: str, name: str, limits: Limits) -> str:
    """The text, or a refusal when one field is longer than any bank writes."""
    if len(text) > limits.max_field:
        raise StatementRefused("field_too_long", f"longer than {limits.max_field} characters", name)
    return text
