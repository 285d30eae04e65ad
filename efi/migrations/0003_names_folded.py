"""Accounts from before names were folded by NFKC: those whose folded name is free get it, and can sign in again."""

from django.db import migrations

from efi.models import folded


def fold_names(apps, schema_editor):
    accounts = schema_editor.connection.database["efi_user"]
    for account in accounts.find({}, {"email": 1}):
        name = folded(account["email"])
        if name != account["email"] and not accounts.find_one({"email": name}):
            accounts.update_one({"_id": account["_id"]}, {"$set": {"email": name}})


class Migration(migrations.Migration):

    dependencies = [
        ('efi', '0002_kinds_of_imports'),
    ]

    operations = [
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
