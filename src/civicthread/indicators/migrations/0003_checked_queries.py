from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_paths_comparisons_evidence")]

    operations = [
        migrations.AddField(model_name="methodversion", name="checked", field=models.JSONField(null=True)),
    ]
