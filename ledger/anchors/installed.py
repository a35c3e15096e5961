"""The shelf of this installation, as its settings say."""

from pathlib import Path

from django.conf import settings

from ledger.anchors.keys import public_key, signing_key
from ledger.anchors.shelf import Shelf


def installed_shelf() -> Shelf:
    """Raises BadKey for a key in the settings that is none."""
    return Shelf(
        Path(settings.ANCHOR_DIR),
        signing_key(settings.ANCHOR_NAME, str(settings.ANCHOR_KEY)),
        tuple(public_key(told) for told in settings.ANCHOR_OLD_KEYS),
    )
