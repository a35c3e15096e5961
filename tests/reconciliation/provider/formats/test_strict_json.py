import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.strict_json import NumberText, read_object
from reconciliation.provider.limits import MAX_BODY, MAX_DEPTH

REFUSED = [
    (b'{"a": {"b": [1, {"c": NaN}]}}', "bad_number", "a.b[1].c"),
    (b'{"a": -Infinity}', "bad_number", "a"),
    (b'{"amount": ' + b"9" * 5000 + b"}", "bad_number", "amount"),
    (b'{"amount": 0.' + b"1" * 5000 + b"}", "bad_number", "amount"),
    (b'{"a": [{"id": 1, "x": 2, "id": 1}]}', "duplicate_key", "a[0].id"),
    (b'{"a": {"t": "x\\u0000y"}}', "bad_text", "a.t"),
    (b'{"a": ["\\ud800"]}', "bad_text", "a[0]"),
    (b'{"a": {"\\ud800": 1}}', "bad_text", "a"),
    (b"[" * 100_000, "too_deep", ""),
    (b'{"a":' * 50_000, "too_deep", ""),
    (b'{"a":' * 100_000, "too_large", ""),
    (b'{"a": "' + b"x" * MAX_BODY + b'"}', "too_large", ""),
    ('{"a": 1}'.encode("utf-16"), "not_utf8", ""),
    ('{"a": 1}'.encode("utf-16-le"), "bad_json", ""),
    ('{"a": 1}'.encode("utf-8-sig"), "bad_json", ""),
    (b'{"a": "\xff"}', "not_utf8", ""),
    (b"[]", "not_an_object", ""),
    (b"1", "not_an_object", ""),
    (b"NaN", "bad_number", ""),
    (b"", "bad_json", ""),
    (b'{"a": 01}', "bad_json", ""),
    (b'{"a": 1,}', "bad_json", ""),
    (b'{"a": 1} x', "bad_json", ""),
    (b'{"a": "x\ny"}', "bad_json", ""),
]


@pytest.mark.parametrize(("body", "code", "where"), REFUSED, ids=range(len(REFUSED)))
def test_what_could_be_read_in_two_ways_is_refused_by_its_path(body: bytes, code: str, where: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read_object(body)
    assert (refused.value.code, refused.value.where) == (code, where)


def test_it_names_the_field_that_is_too_deep() -> None:
    body = b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1)
    with pytest.raises(PayloadRefused) as refused:
        read_object(body)
    assert refused.value.code == "too_deep" and refused.value.where.startswith("a.a.a")
    assert read_object(b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH)


@pytest.mark.parametrize("text", ["10.5", "0.0005", "1e400", "1E-7", "-0.0", "0.1000000000000000055511151231257827"])
def test_a_number_with_a_point_stays_as_it_was_written(text: str) -> None:
    value = read_object(f'{{"a": {text}}}'.encode())["a"]
    assert isinstance(value, NumberText) and value == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), VALUES, max_size=4))
def test_ordinary_json_is_read_as_it_stands(value: dict[str, Any]) -> None:
    text = json.dumps(value)
    if "\\u0000" in text or "\\ud" in text:
        return
    assert read_object(text.encode()) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    try:
        assert isinstance(read_object(body), dict)
    except PayloadRefused as refused:
        assert refused.code and refused.message


def test_a_hostile_name_is_shown_short_and_escaped() -> None:
    body = json.dumps({"\u202egnp.exe" + "x" * 5000: {"a": 1}}).replace('"a": 1', '"a": 1, "a": 2').encode()
    with pytest.raises(PayloadRefused) as refused:
        read_object(body)
    assert refused.value.where.isascii() and len(refused.value.where) < 120
