"""Settings of the signed heads of the audit chains, which are kept outside the database: on another disk or host, or a lost disk
takes both."""

from pathlib import Path
from typing import NamedTuple

import environ
from django.utils.functional import SimpleLazyObject

from console.secret_key import anchor_key


class AnchorSettings(NamedTuple):
    """ANCHOR_DIR, ANCHOR_NAME (of the key), ANCHOR_KEY (base64 of 32 bytes), ANCHOR_OLD_KEYS (public ones that signed before)."""

    folder: Path
    name: str
    key: object
    old_keys: list[str]


def anchor_settings(env: environ.Env, data: Path) -> AnchorSettings:
    """The key stands in no database; without one in the environment it is made and kept beside the data, once a worker signs."""
    return AnchorSettings(
        Path(env.str("ANCHOR_DIR", default=str(data / "anchors"))), env.str("ANCHOR_NAME", default="plumbline"),
        SimpleLazyObject(lambda: env.str("ANCHOR_KEY", default="") or anchor_key(data)),
        env.list("ANCHOR_OLD_KEYS", default=[]),
    )  # fmt: skip
