from pathlib import Path

from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0002_provider_plane"),
    ]

    operations = [
        *sql(HERE / "commerce", "commerce.sql"),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("order_ref", models.TextField()),
                ("payment_id", models.TextField(db_default="")),
                ("merchant_reference", models.TextField(db_default="")),
                ("expected_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("asset", models.TextField()),
                ("rail", models.TextField(db_default="")),
                ("network", models.TextField(db_default="")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("fulfilled", "Fulfilled"),
                            ("refunded", "Refunded"),
                            ("disputed", "Disputed"),
                        ],
                        db_default="open",
                    ),
                ),
                ("placed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.TextField()),
                ("metadata", models.JSONField(db_default={})),
                ("fingerprint", models.BinaryField()),
            ],
            options={
                "db_table": "commerce_order",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OrderMove",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("from_state", models.TextField()),
                ("to_state", models.TextField()),
                ("source", models.TextField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("reason_code", models.TextField(db_default="")),
                ("ticket", models.TextField(db_default="")),
                ("note", models.TextField(db_default="")),
                ("sent_key", models.TextField(null=True)),
            ],
            options={
                "db_table": "commerce_move",
                "managed": False,
            },
        ),
    ]
