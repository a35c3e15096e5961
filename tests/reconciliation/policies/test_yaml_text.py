"""What is exported comes back the same; what is odd is refused with its line."""

import pytest

from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import digest_of
from reconciliation.errors import BadInput
from reconciliation.policies.yaml_text import LARGEST, from_yaml, to_yaml
from tests.checkpoints import checkpoint

pytestmark = pytest.mark.quick
CLAUSE = {
    "moves": ["correction.reverse"], "amounts": {"ETB": {"from": "500000"}}, "outcome": "approval",
    "approval": {"roles": ["controller"], "quorum": 2}, "reason": "Größer: two people é",
}  # fmt: skip


def test_what_goes_out_comes_back() -> None:
    for document in [*baseline(), checkpoint(CLAUSE)]:
        assert digest_of(from_yaml(to_yaml(document))) == digest_of(document)
    text = to_yaml(checkpoint(CLAUSE))
    assert text.index("title:") < text.index("precedence:") < text.index("clauses:") < text.index("reason:")
    assert "Größer" in text


@pytest.mark.parametrize(
    ("text", "words", "where"),
    [
        ("key: a\nkey: b\n", "stands twice", "line 2"),
        ("a: &x [1]\nb: *x\n", "alias", "line 2"),
        ("a: [1\n", "no YAML", "line 2"),
        ("!!python/object/apply:os.system ['true']\n", "no YAML", "line 1"),
        ("- 1\n", "not of type 'object'", "document"),
        ("", "not of type 'object'", "document"),
        ("x" * (LARGEST + 1), "at most", "file"),
        ("\x00", "no YAML", "file"),
    ],
)
def test_what_is_odd_is_refused(text: str, words: str, where: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        from_yaml(text)
    assert refused.value.where == where


def test_a_number_where_text_is_meant_is_refused_with_its_place() -> None:
    text = to_yaml(checkpoint(CLAUSE)).replace("'500000'", "500000")
    with pytest.raises(BadInput) as refused:
        from_yaml(text)
    assert refused.value.where == "clauses[0].amounts.ETB.from"
