from django.db import migrations

from ledger.assets import EXPONENTS, NAMES


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_asset (code, exponent, name) VALUES (%s, %s, %s)",
            [(code, exponent, NAMES.get(code, code)) for code, exponent in sorted(EXPONENTS.items())],
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_book")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
