from django.db import migrations, models

import ledger.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_assets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Period",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first_on", models.DateField()),
                ("until_on", models.DateField()),
                (
                    "state",
                    models.TextField(choices=[("open", "Open"), ("closed", "Closed"), ("reopened", "Reopened")]),
                ),
            ],
            options={"db_table": "ledger_period", "managed": False},
        ),
        migrations.CreateModel(
            name="PeriodMove",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_state", models.TextField()),
                ("to_state", models.TextField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("asked_by", models.TextField()),
                ("reason_code", models.TextField()),
                ("reason", models.TextField()),
                ("checklist", models.JSONField(default=dict)),
                ("checklist_sha256", models.BinaryField(null=True)),
                ("decision_id", models.BigIntegerField()),
                ("policy_version", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "ledger_period_move", "managed": False},
        ),
    ]
