"""A column of numbers may say the smallest and the largest it takes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datahub", "0001_tables")]

    operations = [
        migrations.AddField("datasetcolumn", name, models.FloatField(blank=True, null=True))
        for name in ("minimum", "maximum")
    ]
