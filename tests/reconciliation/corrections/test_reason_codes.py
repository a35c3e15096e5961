import pytest

from reconciliation.corrections.reason_codes import ALLOWED, WORDS


@pytest.mark.quick
def test_every_code_has_words_and_a_use() -> None:
    assert {code for codes in ALLOWED.values() for code in codes} == WORDS.keys()
