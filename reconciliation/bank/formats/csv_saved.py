"""A CSV profile from its saved JSON form, every setting proven before it is used."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.csv_profile import CsvProfile, bad_profile, checked


def profile_from(saved: object) -> CsvProfile:
    """The profile of a JSON object; `columns` may hold `narrative` as a list of headers. Refuses `bad_profile`, naming
    the setting, for anything missing, unknown or contradictory."""
    settings = dict(_table(saved, "(whole)"))
    if "narrative" not in settings and isinstance(settings.get("columns"), Mapping):
        columns = dict(_table(settings["columns"], "columns"))
        settings["narrative"] = columns.pop("narrative", [])
        settings["columns"] = columns
    for needed in ("name", "header", "columns"):
        if needed not in settings:
            raise bad_profile(needed, "is missing")
    for name in settings:
        if name not in CsvProfile.__dataclass_fields__:
            raise bad_profile(name, "is not a setting of a CSV profile")
    return checked(CsvProfile(**{name: _READ.get(name, _text)(value, name) for name, value in settings.items()}))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise bad_profile(name, "must be a text")
    return value


def _words(value: object, name: str) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        raise bad_profile(name, "must be a list of texts")
    return tuple(_text(word, name) for word in words)


def _table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise bad_profile(name, "must be a table")
    return {_text(key, name): item for key, item in value.items()}


def _texts(value: object, name: str) -> dict[str, str]:
    return {key: _text(item, name) for key, item in _table(value, name).items()}


def _kinds(value: object, name: str) -> dict[str, str]:
    kinds = _texts(value, name)
    for kind in kinds.values():
        if kind not in ("fee", "interest", "adjustment"):
            raise bad_profile(name, f"{quoted(kind)} is neither fee nor interest nor adjustment")
    return kinds


def _row(value: object, name: str) -> int:
    if type(value) is not int or not 1 <= value <= 200:
        raise bad_profile(name, "must be a whole number from 1 to 200")
    return value


def _flag(value: object, name: str) -> bool:
    if type(value) is not bool:
        raise bad_profile(name, "must be true or false")
    return value


_READ: dict[str, Callable[[object, str], Any]] = {
    "header": _words,
    "narrative": _words,
    "debit_words": _words,
    "credit_words": _words,
    "columns": _texts,
    "kinds": _kinds,
    "header_row": _row,
    "newest_first": _flag,
}
