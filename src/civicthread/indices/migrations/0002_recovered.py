from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indices', '0001_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='score',
            name='recovered',
            field=models.FloatField(default=0.0),
        ),
        migrations.AlterField(
            model_name='score',
            name='layer',
            field=models.CharField(blank=True, choices=[('measured', 'measured'), ('proxy', 'value of a wider place'), ('recovered', 'recovered from published contributions'), ('imputed', 'imputed')], max_length=10),
        ),
    ]
