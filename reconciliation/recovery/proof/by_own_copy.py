"""Verify a bundle by this installation's verifier, and hold the one that travels in it against it."""

from pathlib import Path

from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.own_copy import own_copy


def verify_by_own_copy(
    bundle: Path, *, digest: str = "", head: str = "", anchor: str = "", key: str = ""
) -> tuple[dict[str, object], list[str]]:
    """The manifest and what was checked. A verifier in the bundle that is not this copy is a wrong source, unless the bundle's
    digest is known: then it is the one that was sealed, of another version. Raises verify.Failure."""
    files, of_file = verify.read(bundle)
    manifest, held = verify.check(files, of_file, digest, head, anchor, key)
    if files[verify.VERIFIER] == own_copy():
        return manifest, [*held, "holds  verifier: the one in the bundle is this installation's"]
    if not digest:
        raise verify.Failure(
            verify.SOURCES, f"{verify.VERIFIER} is not this installation's: do not run it unless the digest is known"
        )  # fmt: skip
    return manifest, [
        *held,
        "holds  verifier: the one in the bundle is not this installation's, and was sealed with it",
    ]
