import ast
import re

from tests.architecture.sources import ROOT, python, tree

# A line that must use a float, such as a timeout in seconds, says so with this comment.
EXEMPT, EXEMPT_SQL = "# not money", "-- not money"
FLOAT_TYPE = re.compile(r"\b(real|float[48]?|double\s+precision|money)\b(?!\s*=)", re.I)


def floats() -> list[str]:
    found = []
    for file in python("ledger", "reconciliation"):
        lines = (ROOT / file).read_text().splitlines()
        for node in ast.walk(tree(file)):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            name = isinstance(node, ast.Name) and node.id == "float"
            field = isinstance(node, ast.Attribute) and node.attr in {"FloatField", "as_integer_ratio"}
            if (literal or name or field) and EXEMPT not in lines[node.lineno - 1]:
                found.append(f"{file}:{node.lineno}: {lines[node.lineno - 1].strip()}")
    return found


def test_no_float_touches_money() -> None:
    assert not floats(), "amounts are integers of minor units: 0.1 + 0.2 is not 0.3 in floats"


def test_no_sql_of_ours_declares_a_float() -> None:
    found = []
    for top in ("ledger", "reconciliation"):
        for file in sorted((ROOT / top).rglob("*.sql")):
            for number, line in enumerate(file.read_text().splitlines(), 1):
                if FLOAT_TYPE.search(line.split("--")[0]) and EXEMPT_SQL not in line:
                    found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found
