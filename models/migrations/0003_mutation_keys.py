"""Idempotency keys of mutations."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    operations = []
