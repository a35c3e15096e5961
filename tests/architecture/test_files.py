import re
import subprocess

import pytest

from tests.architecture.sources import PRODUCT, ROOT, files, python

NAMED_AFTER_NOTHING = frozenset(
    [
        "utils",
        "helpers",
        "common",
        "services",
        "managers",
        "signals",
        "mixins",
        "misc",
        "constants",
        "exceptions",
    ]
)
LONGEST = 250
# Travels alone in every bundle: an auditor reads one file from top to bottom, and it can import none of ours.
ALONE = {"reconciliation/recovery/proof/verify.py": 670}
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md|txt|yml|html|css|js|sql))`")
# Put together here, so that this file does not contain what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"\bsuccess" + r"fully\b",
            r"(?<![\w.])/" + r"(?:work|root|home/\w+)/" + r"\w",
            r"\bissue" + r" #?\d+",
        ]
    ),
    re.I,
)
TEXT = {".py", ".md", ".html", ".css", ".js", ".sql", ".toml", ".yml", ".txt", ".json", ".sh", ""}


def test_no_file_is_named_after_nothing() -> None:
    assert not [file for file in files() if file.suffix == ".py" and file.stem in NAMED_AFTER_NOTHING]


def test_no_file_outgrows_its_reader() -> None:
    sizes = {str(file): len((ROOT / file).read_text().splitlines()) for file in python(*PRODUCT)}
    long = {file: n for file, n in sizes.items() if n > ALONE.get(file, LONGEST)}
    assert not long, "split these, or they will be read by nobody"


def test_paths_that_the_architecture_names_exist() -> None:
    document = ROOT / "ARCHITECTURE.md"
    if not document.exists():
        pytest.skip("ARCHITECTURE.md is not written yet")
    missing = [path for path in PATH.findall(document.read_text()) if not any(ROOT.glob(path.rstrip("/")))]
    assert not missing


def test_texts_speak_of_the_product_and_not_of_their_making() -> None:
    found = []
    for file in files():
        # A test may name what it forbids.
        if file.parts[0] == "tests" or file.suffix not in TEXT or file.name in {"LICENSE", "uv.lock"}:
            continue
        for number, line in enumerate((ROOT / file).read_text(errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{file}:{number}: {line.strip()[:80]}")
    assert not found, "\n".join(found)


def test_nothing_generated_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "var", ".venv", "static-collected"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert tracked == ""
