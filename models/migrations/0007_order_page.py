"""What the order page shows besides."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0006_settings")]

    operations = []
