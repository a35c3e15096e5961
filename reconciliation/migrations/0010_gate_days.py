from pathlib import Path

from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0009_escalation")]

    operations = [
        *sql(HERE / "oversight" / "gate_days", "gate_days.sql"),
        migrations.CreateModel(
            name="GateSetting",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("needed_days", models.IntegerField()),
                ("why", models.TextField()),
                ("active_from", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "gate_setting",
                "managed": False,
            },
        ),
    ]
