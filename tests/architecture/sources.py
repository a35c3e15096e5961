"""What the rules look at: the files that git knows or would take, and their syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("console", "reconciliation", "ledger")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root; what is ignored or vendored is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    return tuple(Path(name) for name in listed if "vendor" not in Path(name).parts and (ROOT / name).is_file())


def python(*tops: str) -> list[Path]:
    """Python files under the given top folders, migrations left out."""
    return [
        file for file in files() if file.suffix == ".py" and file.parts[0] in tops and "migrations" not in file.parts
    ]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(), filename=str(file))


def is_use_case(file: Path) -> bool:
    """A use case is a file with a function of its own name that takes an actor: whoever acts must be permitted.

    A step that a use case is made of lies in a file of its own too, but knows no actor."""
    return "_" in file.stem and any(
        isinstance(node, ast.FunctionDef)
        and node.name == file.stem
        and "actor" in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        for node in tree(file).body
    )


def imported(file: Path) -> set[str]:
    """Dotted names that a file imports: `from a.b import c` gives both a.b and a.b.c."""
    names: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts)
