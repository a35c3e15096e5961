"""The peer of bench posting: django-hordak in a process and database of its own. Reads counts on stdin, answers seconds.

Each count makes that many transactions of two legs, one database transaction each, through hordak's own transfer_to()."""

import os
import sys
import time


def main(host: str, user: str, database: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": host,
                "USER": user,
                "NAME": database,
                "CONN_MAX_AGE": None,
            }
        },
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SECRET_KEY="benchmark",
        DEFAULT_CURRENCY="EUR",
        CURRENCIES=["EUR"],
    )
    django.setup()
    from django.core.management import call_command
    from django.db.transaction import atomic
    from hordak.models import Account
    from moneyed import Money

    call_command("migrate", verbosity=0)
    source = Account.objects.create(name="advances", code="1", type="AS", currencies=["EUR"])
    target = Account.objects.create(name="clearing", code="2", type="LI", currencies=["EUR"])
    print("ready", flush=True)
    made = 0
    for line in sys.stdin:
        started = time.perf_counter()
        for _ in range(int(line)):
            made += 1
            with atomic():
                source.transfer_to(target, Money(1000 + made % 900, "EUR"), description=f"EWA payout {made}")
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    main(*sys.argv[1:4])
