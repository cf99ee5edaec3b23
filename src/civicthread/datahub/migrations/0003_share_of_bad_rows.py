"""A dataset says how many bad rows a file may have before all of it is refused."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datahub", "0002_column_limits")]

    operations = [
        migrations.AddField(
            "dataset",
            "bad_share",
            models.PositiveSmallIntegerField(
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="how many of a file's rows may be bad, in percent",
            ),
        ),
        migrations.AddConstraint(
            "dataset",
            models.CheckConstraint(
                condition=models.Q(bad_share__lte=100), name="datahub_dataset_no_more_bad_rows_than_rows"
            ),
        ),
    ]
