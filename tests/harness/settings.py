"""The product's settings, with what a test run must not share with an installation beside it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ["DATA_DIR"] = str(ROOT / "var" / "test")
os.environ["SECRET_KEY"] = "for-tests-only-and-long-enough-to-sign-with-0123456789"
# A database named in the environment belongs to somebody: tests take theirs from the harness.
for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "DATABASE_AUDIT_URL", "REDIS_URL"):
    os.environ.pop(name, None)

from console.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
# Nothing is collected here, and whitenoise warns about a folder that is not there.
STATIC_ROOT = ROOT / "var" / "test" / "static"
STATIC_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
