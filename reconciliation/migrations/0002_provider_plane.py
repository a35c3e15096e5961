from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0001_tables"),
    ]

    operations = [
        *sql(HERE / "provider", "provider.sql"),
        *sql(HERE / "provider", "polling.sql"),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("origin", models.TextField()),
                ("headers", models.JSONField()),
                ("body", models.BinaryField()),
                ("reason", models.TextField()),
                ("key_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "provider_delivery",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("scheme", models.TextField()),
                ("token", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "provider_endpoint",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EndpointKey",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("hint", models.TextField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "provider_key",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("event_id", models.TextField()),
                ("content_sha256", models.BinaryField()),
                ("type", models.TextField()),
                ("provider_type", models.TextField()),
                ("payment_ref", models.TextField()),
                ("order_ref", models.TextField()),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("logged_at", models.DateTimeField()),
                ("amount_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("asset", models.TextField()),
                ("txid", models.TextField()),
                ("flags", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("detail", models.TextField()),
            ],
            options={
                "db_table": "provider_event",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProviderMove",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("from_status", models.TextField()),
                ("to_status", models.TextField()),
                ("from_flags", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("to_flags", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("fell", models.BooleanField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "provider_move",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProviderPayment",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("payment_ref", models.TextField()),
                ("order_ref", models.TextField(db_default="")),
                ("payment_id", models.TextField(db_default="")),
                ("status", models.TextField(db_default="pending")),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("asset", models.TextField(db_default="")),
                ("other_asset", models.TextField(db_default="")),
                ("detected_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("confirmed_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("detected_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("first_event_at", models.DateTimeField()),
                ("last_event_at", models.DateTimeField()),
                ("event_count", models.IntegerField(db_default=0)),
                (
                    "doubts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("digest", models.BinaryField(db_default=b"")),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "provider_payment",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event_id", "delivery_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "db_table": "provider_sighting",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="InboxItem",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="reconciliation.delivery",
                    ),
                ),
                ("attempts", models.SmallIntegerField(db_default=0)),
                ("due_at", models.DateTimeField()),
                ("last_error", models.TextField(db_default="")),
            ],
            options={
                "db_table": "provider_inbox",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="held",
                        serialize=False,
                        to="reconciliation.delivery",
                    ),
                ),
                ("reason", models.TextField()),
                ("detail", models.TextField()),
                ("since", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[("held", "Held"), ("released", "Released"), ("set_aside", "Set Aside")],
                        db_default="held",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "provider_quarantine",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Polling",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("base_url", models.TextField()),
                ("store", models.TextField()),
                ("sealed", models.BinaryField()),
                ("hint", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "provider_polling",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("adapter", models.TextField()),
                ("compared", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("listed_count", models.IntegerField()),
                ("missing_count", models.IntegerField()),
                ("unknown_count", models.IntegerField()),
                ("differing_count", models.IntegerField()),
                ("error", models.TextField()),
            ],
            options={
                "db_table": "provider_poll",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PollGap",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("event_id", models.TextField()),
                ("payment_ref", models.TextField()),
                ("order_ref", models.TextField()),
                ("theirs", models.TextField()),
                ("ours", models.TextField()),
                ("occurred_at", models.DateTimeField()),
                ("amount_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("asset", models.TextField()),
            ],
            options={
                "db_table": "provider_gap",
                "managed": False,
            },
        ),
    ]
