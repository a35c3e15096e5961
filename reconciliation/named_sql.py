"""Reads a .sql file of named steps ("-- step: name"): the SQL stays readable in one place, Python runs it in order. A
"-- fragment: name" is no step; steps of the file name it in braces."""

import re
from pathlib import Path

HEAD = re.compile(r"(?m)^-- (step|fragment): (\w+)\n")


def read_steps(beside: str, name: str) -> dict[str, str]:
    """The statements of `sql/<name>` in the folder of the module `beside`, by step name."""
    parts = HEAD.split((Path(beside).parent / "sql" / name).read_text())[1:]
    found = dict(zip(zip(parts[0::3], parts[1::3], strict=True), (p.strip() for p in parts[2::3]), strict=True))
    steps = {name: body for (what, name), body in found.items() if what == "step"}
    for (what, slot), body in found.items():
        if what == "fragment":
            steps = {name: text.replace("{" + slot + "}", body) for name, text in steps.items()}
    return steps
