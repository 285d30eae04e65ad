"""Imports from before contexts registered kinds of them: all were of products."""

from django.db import migrations

PRODUCTS = [{"$set": {"kind": "products", "options": {"$cond": ["$submit", ["submit"], []]}}}]


def name_the_kind(apps, schema_editor):
    schema_editor.connection.database["imports"].update_many({"kind": {"$exists": False}}, PRODUCTS)


class Migration(migrations.Migration):

    dependencies = [
        ('efi', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(name_the_kind, migrations.RunPython.noop),
    ]
