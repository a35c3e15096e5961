from pathlib import Path

from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql
from reconciliation.checkpoints.baseline import statements

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0004_planes"),
    ]

    operations = [
        migrations.RunSQL(statements(), migrations.RunSQL.noop),
        *sql(HERE / "checkpoints", "overrides.sql", "freezes.sql"),
        *sql(HERE / "incidents", "incidents.sql"),
        *sql(HERE / "recovery", "evidence.sql"),
        *sql(HERE / "checkpoints", "wall.sql"),
        *sql(HERE / "backtest", "backtest.sql"),
        migrations.CreateModel(
            name="Backtest",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("policy_key", models.TextField()),
                ("number", models.IntegerField(null=True)),
                ("document", models.JSONField()),
                ("document_sha256", models.BinaryField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("replayed", models.BigIntegerField()),
                ("flips", models.BigIntegerField()),
                ("looser", models.BooleanField()),
                ("result", models.JSONField()),
                ("result_sha256", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
            ],
            options={
                "db_table": "policy_backtest",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BacktestFlip",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "backtest_id", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.IntegerField()),
                ("direction", models.TextField()),
                ("turned", models.TextField()),
                ("flip", models.JSONField()),
            ],
            options={
                "db_table": "policy_backtest_flip",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CheckpointOverride",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("move", models.TextField()),
                ("payment_id", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason_code", models.TextField()),
                ("ticket", models.TextField()),
                ("note", models.TextField()),
                ("asked_by", models.TextField()),
                ("role", models.TextField()),
                ("decision_id", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(db_default="")),
            ],
            options={
                "db_table": "checkpoint_override",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CheckpointPolicy",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField()),
            ],
            options={
                "db_table": "checkpoint_policy",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CheckpointShadow",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "version_id", "decision_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("outcome", models.TextField()),
                ("policy", models.TextField()),
                ("policy_version", models.IntegerField()),
                ("rule", models.TextField()),
                ("reason", models.TextField()),
                ("quorum", models.SmallIntegerField()),
                ("differs", models.BooleanField()),
            ],
            options={
                "db_table": "checkpoint_shadow",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CheckpointVersion",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("draft", "Draft"),
                            ("evaluate", "Evaluate"),
                            ("active", "Active"),
                            ("retired", "Retired"),
                            ("discarded", "Discarded"),
                        ],
                        default="draft",
                    ),
                ),
                ("document", models.JSONField()),
                ("document_sha256", models.BinaryField()),
                ("based_on", models.IntegerField(null=True)),
                ("made_by_label", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField()),
                ("edits", models.IntegerField(default=0)),
                ("evaluating_from", models.DateTimeField(null=True)),
                ("active_from", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("decision_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "checkpoint_version",
                "managed": False,
            },
        ),
    ]
