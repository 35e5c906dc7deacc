"""Indexes and saved views of the grid."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0003_mutation_keys")]

    operations = []
