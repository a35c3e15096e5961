"""What import contracts cannot see. The contracts themselves stand in .importlinter."""

import ast

import pytest

from tests.architecture.sources import ROOT, dotted, imported, is_use_case, python, tree

CLOCK = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
}


def test_use_cases_do_not_call_one_another() -> None:
    cases = {dotted(file) for file in python("reconciliation") if is_use_case(file)}
    calls = {
        dotted(file): sorted(imported(file) & cases - {dotted(file)})
        for file in python("reconciliation")
        if dotted(file) in cases
    }
    assert not {file: others for file, others in calls.items() if others}, "share a rule or an effect instead"


def test_views_and_api_hold_no_orm() -> None:
    found = []
    for file in python("console"):
        if len(file.parts) > 2 and file.parts[1] in {"views", "api"}:
            for node in ast.walk(tree(file)):
                if isinstance(node, ast.Attribute) and node.attr in {"objects", "atomic"}:
                    found.append(f"{file}:{node.lineno}")
    assert not found, "a view asks a use case or a query; it does not know tables"


def test_the_clock_is_read_at_the_edge_alone() -> None:
    found = []
    for file in python("ledger", "reconciliation"):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if (name, node.func.attr) in CLOCK:
                    found.append(f"{file}:{node.lineno}")
    assert not found, "take `at` as an argument: a decision must be repeatable"


@pytest.mark.parametrize("package", ["ledger", "reconciliation", "console"])
def test_every_package_opens_with_what_it_promises(package: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
