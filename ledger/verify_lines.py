"""COPY's text format with the canonical separator as its delimiter: a line without a backslash is the canonical form
itself. Part of the verifier."""

SEP = b"\x1f"
ESCAPES = {ord("n"): b"\n", ord("r"): b"\r", ord("t"): b"\t", ord("b"): b"\b", ord("f"): b"\f", ord("v"): b"\v"}


def unescaped(line: bytes) -> bytes:
    """A line of COPY's text format as the bytes it stands for."""
    parts = line.split(b"\\")
    plain, at = [parts[0]], 1
    while at < len(parts):
        part = parts[at]
        if part == b"" and at + 1 < len(parts):  # a doubled backslash
            plain.append(b"\\" + parts[at + 1])
            at += 2
            continue
        plain.append(ESCAPES.get(part[0], part[:1]) + part[1:])
        at += 1
    return b"".join(plain)
