"""Hostile statement files, seeded: the 300 of SAFETY.md. Each is one of our own files bent by one or two mutations, so
that a reader gets well past the first check before it meets what is wrong: (name, bytes, format to read it as)."""

import random
from collections.abc import Callable, Iterator

from tests.reconciliation.bank.samples import OURS

HostileFile = tuple[str, bytes, str]
Mutation = Callable[[bytes, random.Random], bytes]
WHOLE = 300
BASES = (
    ("camt053_every_case.xml", "camt053"),
    ("mt940_every_case.sta", "mt940"),
    ("bai2_every_case.txt", "bai2"),
    ("csv_signed.csv", "csv"),
    ("ofx1_every_case.ofx", "ofx"),
    ("ofx2_every_case.ofx", "ofx"),
)
DIGIT_TRICKS = (
    "1_000", "１２３", "−5", "(5)", "5-", "1e3", "NaN", "-0", "1.000,00", "0.005", "9" * 5000, "٣", "1.5.5", "0x10",
    "Infinity",
)  # fmt: skip
WORDS = (
    "../../x.csv",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "=HYPERLINK(1)",
    "@SUM(1)",
    "+cmd|' /C calc'!A0",
)


def hostile_files(count: int, seed: int = 20260310) -> Iterator[HostileFile]:
    """`count` files, the same for one seed on every machine."""
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        name, file_format = BASES[number % len(BASES)]
        content = (OURS / name).read_bytes()
        chosen = chance.sample(MUTATIONS, k=chance.choice((1, 1, 2)))
        for mutate in chosen:
            content = mutate(content, chance)
        label = "-".join(mutate.__name__ for mutate in chosen)
        yield f"{number:03d}-{file_format}-{label}", content, file_format if chance.random() < 0.8 else "auto"


def truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def doctype(content: bytes, chance: random.Random) -> bytes:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    external = '<!ENTITY x SYSTEM "file:///etc/passwd">'
    head = f'<!DOCTYPE d [<!ENTITY e0 "lol">{chance.choice((entities, external, ""))}]>'.encode()
    at = content.find(b"<Document")
    return content[: max(at, 0)] + head + content[max(at, 0) :].replace(b"DEMO", b"&e9;", 1)


def nest(content: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((300, 5_000, 100_000))
    return _insert(content, chance, b"<a>" * depth + b"</a>" * depth)


def flood(content: bytes, chance: random.Random) -> bytes:
    return _insert(
        content,
        chance,
        chance.choice((b"<a/>", b"<a b=''/>", b"88,\n", b":86:\n", b"<NAME>x\n", b"<A>", b";;\n", b"-\n")) * 500_000,
    )


def widen(content: bytes, chance: random.Random) -> bytes:
    return content.decode("latin-1").encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7")))


def declare(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"UTF-8", chance.choice((b"UTF-7", b"UTF-16", b"IBM037", b"no-such")))


def digits(content: bytes, chance: random.Random) -> bytes:
    spots = [
        at
        for at in range(len(content) - 1)
        if content[at : at + 1].isdigit() and not content[at + 1 : at + 2].isdigit()
    ]
    at = chance.choice(spots) if spots else 0
    return content[:at] + chance.choice(DIGIT_TRICKS).encode() + content[at + 1 :]


def open_quote(content: bytes, chance: random.Random) -> bytes:
    return _insert(content, chance, chance.choice((b'"', b"'", b'="', b"<![CDATA[", b"<!--")))


def nul(content: bytes, chance: random.Random) -> bytes:
    return _insert(content, chance, chance.choice((b"\0", b"\0" * 4096, b"\x01\x02", b"\xed\xa0\x80", b"\xff")))


def huge_field(content: bytes, chance: random.Random) -> bytes:
    return _insert(
        content, chance, chance.choice((b"x", b"9", b"x ", b"?20", b"//")) * chance.choice((130_000, 250_000))
    )


def words(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"DEMO", chance.choice(WORDS).encode(), chance.choice((1, 3)))


def shuffle(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def drop(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def repeat(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    return b"".join([*lines[:at], *[lines[at]] * chance.choice((2, 50, 5000)), *lines[at:]])


def flip(content: bytes, chance: random.Random) -> bytes:
    bent = bytearray(content)
    for _ in range(chance.choice((1, 5, 50))):
        bent[chance.randrange(len(bent))] = chance.randrange(256)
    return bytes(bent)


def line_ends(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"\n", chance.choice((b"\r", b"\r\r\n", b"\n\n\n", b"", b"\x85", "\u2028".encode())))


def marks(content: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xef\xbb\xbf" * 2)) + content


def _insert(content: bytes, chance: random.Random, what: bytes) -> bytes:
    at = chance.randrange(len(content))
    if chance.random() < 0.6:  # behind a tag or a line end, where a reader still follows
        at = max(content.find(b"\n", at), 0) + 1
    return content[:at] + what + content[at:]


MUTATIONS: tuple[Mutation, ...] = (
    truncate, doctype, nest, flood, widen, declare, digits, open_quote, nul, huge_field, words, shuffle, drop, repeat,
    flip, line_ends, marks,
)  # fmt: skip
