"""A delivery as it came, made readable: nothing hides in it, and no sign of a JSON body is changed."""

import json

import pytest

from console.pages.raw_record import MOST_SHOWN, laid_out, raw_record, visible

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("compact", "shown"),
    [
        ('{"a":1,"a":[1.50,{}],"b":"x{},\\""}', '{\n  "a": 1,\n  "a": [\n    1.50,\n    {}\n  ],\n  "b": "x{},\\""\n}'),
        ("[]", "[]"),
        ('"a"', '"a"'),
        (' { "n" : 1e400 } ', '{\n  "n": 1e400\n}'),
    ],
)
def test_json_is_laid_out_without_changing_a_sign(compact: str, shown: str) -> None:
    assert laid_out(compact) == shown
    assert json.loads(shown, parse_float=str) == json.loads(compact, parse_float=str)


@pytest.mark.parametrize(
    ("body", "form", "shown"),
    [
        (b'{"a": 1', "text", '{"a": 1'),
        (b"\xff\x00", "bytes", "\\xff\\x00"),
        ("\u202eabc\x07".encode(), "text", "\\u202eabc\\x07"),
        (b"", "text", ""),
    ],
)
def test_what_is_not_json_is_shown_as_it_is(body: bytes, form: str, shown: str) -> None:
    made = raw_record([], body)
    assert (made["form"], made["body"], made["size"]) == (form, shown, len(body))


def test_deep_nesting_and_large_bodies_cost_little() -> None:
    assert raw_record([], b"[" * 100_000)["form"] == "text"
    nested = raw_record([], b"[" * 900 + b"]" * 900)
    assert len(nested["body"]) < MOST_SHOWN + 1
    assert raw_record([], b"x" * 262_144)["cut"]


def test_values_that_prove_something_are_shortened() -> None:
    named = [["BTCPay-Sig", "sha256=" + "ab" * 32], ["X-Api-Key", "short"], ["Content-Type", "application/json"]]
    shown = raw_record(named, b"")["headers"]
    assert shown == [
        ("BTCPay-Sig", "sha2…abab", True), ("X-Api-Key", "…", True), ("Content-Type", "application/json", False),
    ]  # fmt: skip


def test_nothing_invisible_stays() -> None:
    assert visible("a\u200bb\ud800c\nd\t") == "a\\u200bb\\ud800c\nd\t"
