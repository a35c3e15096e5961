from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ledger.tenancy
from ledger.sqlfiles import sql

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_book"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        *sql(HERE / "people", "people.sql"),
        *sql(HERE / "checkpoints", "decisions.sql"),
        *sql(HERE, "outbox.sql"),
        *sql(HERE / "approvals", "standing.sql", "approvals.sql", "access.sql"),
        *sql(HERE / "bank", "bank.sql", "booking.sql", "sample.sql"),
        *sql(HERE / "matching", "matching.sql", "identified.sql"),
        *sql(HERE / "drift", "drift.sql"),
        *sql(HERE / "cases", "cases.sql"),
        *sql(HERE / "postings", "door.sql", "rules.sql"),
        *sql(HERE / "corrections", "batches.sql", "reposts.sql", "identified.sql"),
        migrations.CreateModel(
            name="User",
            fields=[
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("email", models.TextField(unique=True)),
                ("password", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "reconciliation_user",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("token_sha256", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="reconciliation.user",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_column="answered_by",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_for",
                        to="reconciliation.person",
                    ),
                ),
            ],
            options={
                "db_table": "reconciliation_api_token",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ApprovalDecision",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("made_by", models.BigIntegerField()),
                ("payload_sha256", models.BinaryField()),
                ("role", models.TextField()),
                ("verdict", models.TextField(choices=[("approve", "Approve"), ("reject", "Reject")])),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "db_table": "approval_decision",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("title", models.TextField()),
                ("subject", models.TextField()),
                ("payload", models.JSONField()),
                ("payload_sha256", models.BinaryField()),
                ("precondition", models.JSONField()),
                ("amount_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("currency", models.TextField()),
                ("payment_id", models.TextField()),
                ("reason_code", models.TextField()),
                ("note", models.TextField()),
                ("made_by_label", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("decision_id", models.BigIntegerField()),
                ("quorum", models.SmallIntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("executed", "Executed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                            ("stale", "Stale"),
                        ],
                        default="open",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("idempotency_key", models.TextField()),
            ],
            options={
                "db_table": "approval_request",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("partner", models.TextField()),
                ("number", models.TextField()),
                ("currency", models.TextField()),
                ("opened_on", models.DateField()),
            ],
            options={
                "db_table": "bank_account",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankCalendar",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("effective_from", models.DateField()),
                ("zone", models.TextField()),
                ("cutover", models.TimeField()),
                (
                    "closed_weekdays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
                ),
                (
                    "holidays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), size=None),
                ),
                ("grace_days", models.SmallIntegerField()),
                ("due_hours", models.SmallIntegerField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "bank_calendar",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BookingAccount",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("use_case", models.TextField()),
                ("bank_code", models.TextField(db_default="")),
                ("currency", models.TextField()),
                ("active_from", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "booking_account",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ModelGapNote",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("bank_code", models.TextField()),
                ("owner", models.TextField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("person_id", models.BigIntegerField()),
                ("actor", models.TextField()),
                ("sent_key", models.TextField()),
            ],
            options={
                "db_table": "model_gap_note",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankImport",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("file_name", models.TextField()),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.BinaryField()),
                ("format", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("received_by", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("received", "Received"),
                            ("read", "Read"),
                            ("refused", "Refused"),
                            ("imported", "Imported"),
                            ("discarded", "Discarded"),
                        ],
                        default="received",
                    ),
                ),
                ("progress", models.JSONField(default=dict)),
                ("preview", models.JSONField(default=dict)),
                ("line_count", models.IntegerField(default=0)),
                ("new_line_count", models.IntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bank_import",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("reference", models.TextField()),
                ("reference_key", models.TextField(editable=False)),
                ("batch_reference", models.TextField()),
                ("amount_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("value_on", models.DateField(null=True)),
                ("booked_on", models.DateField(null=True)),
                ("counts_on", models.DateField(editable=False)),
                ("counts", models.BooleanField()),
                ("status", models.TextField()),
                ("code", models.TextField()),
                ("kind", models.TextField()),
                ("charge_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("bank_id", models.TextField()),
                ("narrative", models.TextField()),
                ("counterparty", models.TextField()),
                ("raw", models.JSONField()),
                ("identity", models.UUIDField()),
                ("occurrence", models.IntegerField()),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bank_line",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankPeriod",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_account_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("until_on", models.DateField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ordinal", models.IntegerField()),
                ("grace_days", models.SmallIntegerField()),
            ],
            options={
                "db_table": "bank_period",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("statement_ref", models.TextField()),
                ("sequence", models.TextField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("opening_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("closing_minor", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("line_count", models.IntegerField()),
                ("in_force", models.BooleanField()),
                ("intraday", models.BooleanField()),
                ("findings", models.JSONField()),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bank_statement",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("actor", models.TextField()),
                ("text", models.TextField()),
                ("detail", models.JSONField(default=dict)),
                ("sent_key", models.TextField(null=True)),
            ],
            options={
                "db_table": "case_event",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "side",
                        "row_id",
                        "leg",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("side", models.SmallIntegerField()),
                ("row_id", models.BigIntegerField()),
                ("leg", models.SmallIntegerField()),
                ("day", models.DateField()),
            ],
            options={
                "db_table": "case_row",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseSelection",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("act", models.TextField()),
                (
                    "case_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "db_table": "case_selection",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CheckpointDecision",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("policy", models.TextField()),
                ("policy_version", models.IntegerField()),
                ("move", models.TextField()),
                ("inputs", models.JSONField()),
                ("outcome", models.TextField()),
                ("rule", models.TextField()),
                ("reason", models.TextField()),
                ("quorum", models.SmallIntegerField()),
                ("subject_count", models.BigIntegerField()),
                ("subjects_sha256", models.BinaryField()),
                ("override_number", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "checkpoint_decision",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CountedShift",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transaction_id",
                        "leg",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("transaction_id", models.BigIntegerField()),
                ("leg", models.SmallIntegerField()),
                ("part", models.SmallIntegerField()),
                ("from_day", models.DateField()),
                ("counted_on", models.DateField()),
                ("signed_minor", models.DecimalField(decimal_places=0, max_digits=60)),
            ],
            options={
                "db_table": "counted_shift",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CsvProfile",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("version", models.IntegerField()),
                ("mapping", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bank_csv_profile",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DriftCheck",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("day", models.DateField()),
                ("ledger_as_of", models.DateTimeField()),
                ("statement_as_of", models.DateTimeField()),
                (
                    "verdict",
                    models.TextField(choices=[("CLEAN", "Clean"), ("DRIFTED", "Drifted"), ("UNKNOWN", "Unknown")]),
                ),
                ("timing_only", models.BooleanField()),
                ("ledger_total", models.DecimalField(decimal_places=0, max_digits=60)),
                ("statement_total", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("drift", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("gross", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("unexplained", models.DecimalField(decimal_places=0, max_digits=60, null=True)),
                ("open_count", models.IntegerField()),
                ("entry_count", models.BigIntegerField()),
                ("line_count", models.BigIntegerField()),
                ("unknown_because", models.JSONField()),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "drift_check",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DriftContribution",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "check_of_id",
                        "position",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("position", models.IntegerField()),
                ("exception_class", models.TextField()),
                ("cause", models.SmallIntegerField(null=True)),
                ("rule", models.SmallIntegerField()),
                ("contribution_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("reason", models.TextField()),
                ("reference", models.TextField()),
                (
                    "payment_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "entry_refs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "line_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("case_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "drift_contribution",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ExceptionCase",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("day", models.DateField()),
                ("exception_class", models.TextField()),
                ("cause", models.SmallIntegerField(null=True)),
                ("title", models.TextField()),
                ("contribution_minor", models.DecimalField(decimal_places=0, max_digits=60)),
                ("currency", models.TextField()),
                ("payment_id", models.TextField(default="")),
                ("reference", models.TextField(default="")),
                ("severity", models.SmallIntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("assigned", "Assigned"),
                            ("waiting_approval", "Waiting"),
                            ("resolved", "Resolved"),
                            ("snoozed", "Snoozed"),
                            ("reopened", "Reopened"),
                        ]
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("opened_run_id", models.BigIntegerField()),
                ("seen_run_id", models.BigIntegerField()),
                ("run_count", models.IntegerField(default=1)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolution", models.TextField(default="")),
                ("evidence", models.JSONField()),
                ("decision_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "exception_case",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("decision_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("rule", models.SmallIntegerField()),
                ("days_apart", models.SmallIntegerField()),
                ("retired_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "match",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="MatcherVersion",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("plane_pair", models.TextField()),
                ("number", models.IntegerField()),
                ("value_date_days", models.SmallIntegerField()),
                ("amount_tolerance", models.JSONField()),
                ("reference_form", models.TextField()),
                ("narrative_pattern", models.TextField()),
                ("decision_id", models.BigIntegerField()),
                ("active_from", models.DateTimeField()),
            ],
            options={
                "db_table": "matcher_version",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="MatchLeg",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "side", "row_id", "leg", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("side", models.SmallIntegerField()),
                ("row_id", models.BigIntegerField()),
                ("leg", models.SmallIntegerField()),
            ],
            options={
                "db_table": "match_leg",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="MatchRun",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("ledger_as_of", models.DateTimeField()),
                ("statement_as_of", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("unique_key", models.TextField()),
                ("entry_count", models.BigIntegerField()),
                ("line_count", models.BigIntegerField()),
                ("matched_count", models.BigIntegerField()),
                ("decision_id", models.BigIntegerField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "db_table": "match_run",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("support", "Support"),
                            ("analyst", "Analyst"),
                            ("controller", "Controller"),
                            ("policy_admin", "Policy Admin"),
                            ("auditor", "Auditor"),
                            ("operator", "Operator"),
                        ]
                    ),
                ),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "reconciliation_membership",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OutboxItem",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("unique_key", models.TextField()),
                ("payload", models.JSONField(default=dict)),
                (
                    "state",
                    models.TextField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("dead", "Dead")],
                        default="waiting",
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("last_error", models.TextField(default="")),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "outbox_item",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("language", models.TextField(default="en")),
            ],
            options={
                "db_table": "reconciliation_person",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ApprovalExecution",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="execution",
                        serialize=False,
                        to="reconciliation.approvalrequest",
                    ),
                ),
                ("payload_sha256", models.BinaryField()),
                ("made_by", models.BigIntegerField()),
                ("approved_by", models.BigIntegerField(null=True)),
                ("decision_id", models.BigIntegerField()),
                ("executed_at", models.DateTimeField()),
                (
                    "transaction_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "db_table": "approval_execution",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "bank_import",
                    models.OneToOneField(
                        db_column="import_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="reconciliation.bankimport",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "bank_file",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BankSample",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField())
                    ),
                ),
                ("file_name", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("kept_at", models.DateTimeField()),
                ("kept_by", models.TextField()),
            ],
            options={
                "db_table": "bank_sample",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LineIdentification",
            fields=[
                ("tenant_id", models.IntegerField(db_default=ledger.tenancy.CurrentTenant(), editable=False)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "line_id", "transaction_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line_id", models.BigIntegerField()),
                ("transaction_id", models.BigIntegerField()),
                ("bank_account_id", models.BigIntegerField()),
                ("together", models.BooleanField()),
                ("decision_id", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "db_table": "line_identification",
                "managed": False,
            },
        ),
    ]
