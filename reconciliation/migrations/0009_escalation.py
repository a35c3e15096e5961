import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0008_batch_corrections")]

    operations = [
        *sql(HERE / "oversight" / "escalation", "escalation.sql"),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("rule_key", models.TextField()),
                ("rule_version", models.IntegerField()),
                ("rule", models.JSONField()),
                ("severity", models.TextField()),
                ("statement", models.JSONField()),
                ("since_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
            ],
            options={
                "db_table": "escalation_notification",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EscalationDelivery",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.UUIDField(default=uuid.uuid4)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
            ],
            options={
                "db_table": "escalation_delivery",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EscalationRule",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("version", models.IntegerField()),
                ("document", models.JSONField()),
                ("why", models.TextField()),
                ("active_from", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "escalation_rule",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Receiver",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("host", models.TextField()),
                ("sealed", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "escalation_receiver",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "notification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="acknowledgement",
                        serialize=False,
                        to="reconciliation.notification",
                    ),
                ),
                ("name", models.TextField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "escalation_acknowledgement",
                "managed": False,
            },
        ),
    ]
