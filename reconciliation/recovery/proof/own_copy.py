"""The verifier as this installation has it: the copy that goes into every bundle, and by which a bundle's own is held."""

from functools import cache
from pathlib import Path


@cache
def own_copy() -> bytes:
    return (Path(__file__).parent / "verify.py").read_bytes()
