"""Settings: everything an operator may turn comes from the environment, with a default that is safe on one machine."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF

from console.anchor_settings import anchor_settings
from console.api_settings import REST_FRAMEWORK as REST_FRAMEWORK
from console.api_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from console.embedded.places import ADMIN, APP, AUDIT, Places
from console.logs import configure
from console.secret_key import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
PLACES = Places(DATA_DIR)
PORT = env.int("PORT", default=8000)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR)

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "ledger",
    "reconciliation",
    "console",
]

MIDDLEWARE = [
    "console.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.middleware.TenantMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.context.shell",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

# The database. One tenant() scope per request opens the transaction, so Django must not open its own.
EMBEDDED_DATABASE = not env.str("DATABASE_URL", default="")
DATABASE_URL = env.str("DATABASE_URL", default="") or PLACES.database_url(APP)
DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL", default="") or PLACES.database_url(ADMIN)
DATABASE_AUDIT_URL = env.str("DATABASE_AUDIT_URL", default="") or PLACES.database_url(AUDIT)
POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=0)  # the web sets it: its threads share a pool


def database(url: str, **options: Any) -> dict[str, Any]:
    """Django's settings for one login; jit costs more than it saves on the short queries of a page."""
    parsed = dict(environ.Env.db_url_config(url))
    parsed["HOST"] = unquote(parsed["HOST"])  # a socket folder is a host written with %2F
    given = parsed.get("OPTIONS", {})
    parsed["OPTIONS"] = {"connect_timeout": 10, "options": "-c jit=off -c temp_buffers=256MB", **given, **options}
    kept = 0 if "pool" in parsed["OPTIONS"] else 60
    return {**parsed, "CONN_MAX_AGE": kept, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


DATABASES = {
    "default": database(
        DATABASE_URL,
        **({"pool": {"min_size": 1, "max_size": POOL_SIZE, "timeout": 5}} if POOL_SIZE else {}),
    ),
    # Used by migrate and nothing else: an admin's login that acts as the schema's owner.
    "owner": database(DATABASE_ADMIN_URL, options="-c jit=off -c role=plumbline_owner"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The broker carries hints only, the truth about work to do is a row in PostgreSQL. Hence short timeouts: a frozen broker must
# cost seconds, not hang a worker for ever.
REDIS_URL = env.str("REDIS_URL", default="") or PLACES.broker_url()
BROKER_SOCKET = {"socket_timeout": 5, "socket_connect_timeout": 5, "health_check_interval": 30}
VISIBILITY_TIMEOUT = 3600

CACHES = {
    "default": {
        "BACKEND": "console.cache.OutageTolerantCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        "KEY_PREFIX": "plumbline",
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **BROKER_SOCKET,
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "socket_keepalive": True,
    "max_retries": 2,
    "interval_start": 0,
}
# In three places, because each part of Celery reads its own.
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT
CELERY_REDIS_SOCKET_TIMEOUT = CELERY_REDIS_SOCKET_CONNECT_TIMEOUT = BROKER_SOCKET["socket_timeout"]
CELERY_BROKER_CONNECTION_TIMEOUT = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = VISIBILITY_TIMEOUT - 900
CELERY_TASK_TIME_LIMIT = VISIBILITY_TIMEOUT - 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_DEFAULT_QUEUE = "plumbline"

# People.
AUTH_USER_MODEL = "reconciliation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Rights per object stand in a table of ours, with its tenant. The library's own tables know none, so they are never made; it
# signs nobody in, so its backend stays out; and there is no anonymous person.
MIGRATION_MODULES = {"guardian": None}
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "console.sign_in.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Whoever invites a person vouches for the address; this installation need not be able to send mail.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
# How many members of a batch correction are written in one database transaction.
BATCH_CHUNK = env.int("BATCH_CHUNK", default=1000)
# Providers are asked over https at public addresses alone, unless this installation says that one stands inside its network.
POLL_PRIVATE_HOSTS = env.bool("POLL_PRIVATE_HOSTS", default=False)
NOTIFY_PRIVATE_HOSTS = env.bool("NOTIFY_PRIVATE_HOSTS", default=False)
ANCHOR_DIR, ANCHOR_NAME, ANCHOR_KEY, ANCHOR_OLD_KEYS = anchor_settings(env, DATA_DIR)
CONSOLE_URL = env.str("CONSOLE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
MFA_SUPPORTED_TYPES, MFA_TOTP_ISSUER = ["totp", "recovery_codes"], "Plumbline"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")

# Operators' instruments. Without a token the metrics answer this machine alone.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Browser. Loopback is reached over plain http; every other host is taken to stand behind https.
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=any(host not in LOOPBACK for host in ALLOWED_HOSTS))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE, TIME_ZONE, USE_TZ = "en", "UTC", True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "static-collected")))
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
# Collected files carry a hash in their name and are cached for ever. Without `collectstatic`, as under `make run`,
# whitenoise serves them from where they lie.
COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file()
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# A body that is no file: the API takes thousands of postings or orders at once.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = configure(env.str("LOG_LEVEL", default="INFO"))
