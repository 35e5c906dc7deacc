"""Roles, users and API clients."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0004_grid")]

    operations = []
