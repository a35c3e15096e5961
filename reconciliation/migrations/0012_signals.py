from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent
OWN = [
    ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
    ("id", models.BigAutoField(primary_key=True, serialize=False)),
    ("key", models.TextField()),
    ("day", models.DateField()),
]


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0011_recovery_runs")]

    operations = [
        *sql(HERE / "oversight" / "signals", "signals.sql"),
        *sql(HERE / "oversight" / "review", "causes.sql"),
        migrations.CreateModel(
            name="SignalReading",
            fields=[
                *OWN,
                ("as_of", models.DateTimeField()),
                ("state", models.TextField()),
                ("value", models.BigIntegerField(null=True)),
                ("of", models.BigIntegerField(null=True)),
                ("parts", models.JSONField()),
                ("said", models.TextField()),
                ("goal", models.TextField()),
                ("limit_value", models.IntegerField()),
                ("counted", models.BigIntegerField()),
                ("rows_sha256", models.BinaryField()),
                ("read_at", models.DateTimeField()),
            ],
            options={"db_table": "signal_reading", "managed": False},
        ),
        migrations.CreateModel(
            name="SignalRaised",
            fields=[
                *OWN,
                (
                    "reading",
                    models.ForeignKey(on_delete=PROTECT, related_name="raised", to="reconciliation.signalreading"),
                ),
                ("raised_at", models.DateTimeField()),
            ],
            options={"db_table": "signal_raised", "managed": False},
        ),
        migrations.CreateModel(
            name="ReviewCause",
            fields=[
                *OWN[:2],
                ("cause", models.SmallIntegerField(null=True)),
                ("exception_class", models.TextField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("root", models.TextField()),
                ("owner", models.TextField()),
                ("item", models.TextField()),
                ("due_on", models.DateField(null=True)),
                ("person_id", models.BigIntegerField()),
                ("written_by", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("sent_key", models.TextField()),
            ],
            options={"db_table": "review_cause", "managed": False},
        ),
        migrations.CreateModel(
            name="CauseConfirmed",
            fields=[
                *OWN[:2],
                (
                    "cause",
                    models.OneToOneField(on_delete=PROTECT, related_name="confirmed", to="reconciliation.reviewcause"),
                ),
                ("written_by", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("confirmed_by", models.TextField()),
                ("confirmed_at", models.DateTimeField()),
            ],
            options={"db_table": "review_cause_confirmed", "managed": False},
        ),
    ]
