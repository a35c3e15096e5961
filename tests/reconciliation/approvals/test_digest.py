import pytest

from reconciliation.approvals.digest import canonical, digest
from reconciliation.errors import BadInput


@pytest.mark.quick
def test_the_order_of_keys_does_not_matter_and_every_value_does() -> None:
    assert digest({"a": 1, "b": [True, None, "ሀ"]}) == digest({"b": [True, None, "ሀ"], "a": 1})
    assert canonical({"b": "ሀ", "a": 1}) == '{"a":1,"b":"ሀ"}'.encode()
    assert len({digest(p) for p in ({"a": 1}, {"a": "1"}, {"a": True}, {"a": [1]}, {"b": 1})}) == 5


@pytest.mark.quick
@pytest.mark.parametrize("bad", [{"a": 1.5}, {"a": "\x00"}, {"a": ["\ud800"]}, {1: "a"}, {"a": b"x"}])
def test_it_refuses_what_storage_would_alter(bad: dict) -> None:
    with pytest.raises(BadInput):
        digest(bad)
