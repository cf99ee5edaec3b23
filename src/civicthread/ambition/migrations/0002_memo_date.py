"""A memo has a date of its own: the day it was put on this site says nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ambition", "0001_tables")]

    operations = [
        migrations.AddField(
            "ambitionmemo", "date", models.CharField(blank=True, default="", max_length=10, verbose_name="date"),
            preserve_default=False,
        ),
    ]
