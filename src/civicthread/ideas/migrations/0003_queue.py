"""The Office's queue is read in its order, also all of it and those of one state."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ideas", "0002_fingerprints")]

    operations = [
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(fields=['received_at', 'id'], name='ideas_by_date'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(fields=['state', 'received_at', 'id'], name='ideas_by_state'),
        ),
    ]
