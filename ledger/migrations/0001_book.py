from pathlib import Path

from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        *sql(
            HERE,
            "010_tenancy.sql",
            "015_values.sql",
            "020_assets.sql",
            "030_accounts.sql",
            "035_periods.sql",
            "040_transactions.sql",
            "050_book_checks.sql",
            "060_audit.sql",
            "070_book.sql",
            "075_corrections.sql",
            "080_verification.sql",
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("ASSET", "Asset"),
                            ("EXPENSE", "Expense"),
                            ("LIABILITY", "Liability"),
                            ("EQUITY", "Equity"),
                            ("REVENUE", "Revenue"),
                        ]
                    ),
                ),
                (
                    "normal_side",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(kind__in=["ASSET", "EXPENSE"], then=models.Value("DEBIT")),
                            default=models.Value("CREDIT"),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_account",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("exponent", models.SmallIntegerField()),
                ("name", models.TextField()),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "ledger_asset",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditBlock",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("epoch", models.TextField()),
                ("row_count", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("rows_sha256", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "audit_block",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("block", models.BigIntegerField()),
                ("row_count", models.BigIntegerField()),
                ("head", models.TextField()),
                ("note", models.TextField()),
                ("place", models.TextField()),
                ("made_by", models.TextField()),
            ],
            options={
                "db_table": "audit_anchor",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditVerification",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("ok", models.BooleanField()),
                ("row_count", models.BigIntegerField()),
                ("block_count", models.BigIntegerField()),
                ("unsealed", models.BigIntegerField()),
                ("transactions", models.BigIntegerField()),
                ("head", models.TextField()),
                ("first_bad", models.TextField(default="")),
                ("verified_by", models.TextField()),
            ],
            options={
                "db_table": "audit_verification",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.TextField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("action", models.TextField()),
                ("subject", models.TextField()),
                ("why", models.TextField()),
                ("policy_version", models.TextField()),
                ("detail", models.JSONField(default=dict)),
                ("content_sha256", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "audit_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transaction_id", "leg", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("leg", models.SmallIntegerField()),
                ("direction", models.TextField(choices=[("DEBIT", "Debit"), ("CREDIT", "Credit")])),
                ("amount_minor", models.DecimalField(decimal_places=0, max_digits=60)),
            ],
            options={
                "db_table": "ledger_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LedgerTransaction",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField()),
                (
                    "status",
                    models.TextField(choices=[("PENDING", "Pending"), ("POSTED", "Posted"), ("FAILED", "Failed")]),
                ),
                ("use_case", models.TextField()),
                ("payment_id", models.TextField(null=True)),
                ("partner_reference", models.TextField(null=True)),
                ("reference_key", models.TextField(editable=False, null=True)),
                ("batch_reference", models.TextField(null=True)),
                ("effective_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField(null=True)),
                ("decision_id", models.BigIntegerField()),
                ("idempotency_key", models.TextField()),
                ("fingerprint", models.BinaryField()),
                ("metadata", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "ledger_transaction",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Tenant",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("slug", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_tenant",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="TransactionMove",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_status", models.TextField()),
                ("to_status", models.TextField()),
                ("effective_on", models.DateField()),
                ("decision_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_transaction_move",
                "managed": False,
            },
        ),
    ]
