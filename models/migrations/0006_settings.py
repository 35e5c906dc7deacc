"""Settings and master data."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0005_access")]

    operations = []
