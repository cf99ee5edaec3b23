"""The first file of a dataset may be fetched from the address where the dataset will be fetched from then on."""

from django.db import migrations, models

EVERY = [
    ("asked", "only when asked"),
    ("hour", "every hour"),
    ("day", "every day"),
    ("week", "every week"),
    ("month", "every month"),
]


class Migration(migrations.Migration):
    dependencies = [("datahub", "0003_share_of_bad_rows")]

    operations = [
        migrations.AddField("upload", "address", models.CharField(blank=True, max_length=1000)),
        migrations.AddField(
            "upload", "every", models.CharField(choices=EVERY, default="asked", max_length=5)
        ),
    ]
