"""Secrets at rest: sealed under the installation's key, which lives outside the database. A dump alone signs nothing.

The key is derived from `SECRET_KEY`; `SECRET_KEY_FALLBACKS` open what was sealed before it was changed.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str) -> bytes:
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(secret.encode())


def unseal(sealed: bytes) -> str | None:
    """The secret; None when no key of this installation opens it (it was sealed under one that is gone)."""
    try:
        return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=4)
def _box(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"provider keys").derive(secret.encode())
    return urlsafe_b64encode(made)
