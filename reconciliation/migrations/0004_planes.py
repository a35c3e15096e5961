from pathlib import Path

from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0003_commerce_plane"),
    ]

    operations = [
        *sql(HERE / "matching", "planes.sql"),
        *sql(HERE / "planes", "recognition.sql"),
        *sql(HERE / "planes", "fulfilment.sql"),
        *sql(HERE / "lookup", "macros.sql"),
        *sql(HERE / "backtest", "drafts.sql"),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("language", models.TextField()),
                ("version", models.IntegerField()),
                ("text", models.TextField()),
                ("ended", models.BooleanField(default=False)),
                ("saved_by", models.TextField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "db_table": "payment_macro",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PlaneLeg",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "pair", "side", "row_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pair", models.TextField()),
                ("side", models.SmallIntegerField()),
                ("row_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "plane_leg",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PlaneMatch",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pair", models.TextField()),
                ("run_id", models.BigIntegerField()),
                ("payment_id", models.TextField()),
                ("matched_by", models.SmallIntegerField()),
                ("difference_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("asset", models.TextField()),
                ("decision_id", models.BigIntegerField()),
                ("retired_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "plane_match",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PlaneRun",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("as_of", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("unique_key", models.TextField()),
                ("versions", models.JSONField()),
                ("order_count", models.BigIntegerField()),
                ("payment_count", models.BigIntegerField()),
                ("posting_count", models.BigIntegerField()),
                ("matched_count", models.BigIntegerField()),
                ("expected_count", models.BigIntegerField()),
                ("open_count", models.BigIntegerField()),
                ("decision_id", models.BigIntegerField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "db_table": "plane_run",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RecognitionRule",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("asset", models.TextField()),
                ("active_from", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "recognition_rule",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="FulfilmentRule",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rail", models.TextField(db_default="")),
                ("fulfil_on", models.TextField()),
                ("active_from", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "fulfilment_rule",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DryRun",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("document", models.JSONField()),
                ("document_sha256", models.BinaryField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_key", models.TextField()),
                ("progress", models.JSONField(default=dict)),
                ("result", models.JSONField(null=True)),
                ("result_sha256", models.BinaryField(null=True)),
                ("refused", models.TextField(default="")),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "dry_run",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SettingDraft",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("about", models.TextField(choices=[("matcher", "Matcher"), ("calendar", "Calendar")])),
                ("subject", models.TextField()),
                ("name", models.TextField()),
                ("document", models.JSONField()),
                ("document_sha256", models.BinaryField()),
                ("made_by_label", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "Open"), ("sent", "Sent"), ("dropped", "Dropped")], default="open"
                    ),
                ),
            ],
            options={
                "db_table": "setting_draft",
                "managed": False,
            },
        ),
    ]
