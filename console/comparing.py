"""Where two texts differ, for marking the characters that do. Pure."""

import re
from difflib import SequenceMatcher

Parts = list[tuple[str, bool]]


def differing_parts(left: str, right: str) -> tuple[Parts, Parts]:
    """Both texts cut into (piece, differs). Letter case alone is not a difference: banks print capitals."""
    matcher = SequenceMatcher(None, left.casefold(), right.casefold(), autojunk=False)
    if len(left.casefold()) != len(left) or len(right.casefold()) != len(right):
        matcher = SequenceMatcher(None, left, right, autojunk=False)  # ß folds to ss: positions would not fit
    lefts: Parts = []
    rights: Parts = []
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        differs = operation != "equal"
        if i2 > i1:
            lefts.append((left[i1:i2], differs))
        if j2 > j1:
            rights.append((right[j1:j2], differs))
    return lefts, rights


def differing_words(text: str, other: str) -> Parts:
    """A text cut into (piece, differs from the other) at its words: a sentence is read by words, not by characters."""
    words = re.split(r"(\s+)", text)
    matcher = SequenceMatcher(None, words, re.split(r"(\s+)", other), autojunk=False)
    return [("".join(words[i1:i2]), op != "equal") for op, i1, i2, _, _ in matcher.get_opcodes() if i2 > i1]
