import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("indicators", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Direction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('dimension', 'dimension'), ('condition', 'condition')], max_length=10, verbose_name='kind')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('sources', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='AmbitionMemo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('intro', civicthread.core.text.TranslatedField(verbose_name='introduction')),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('assumption', models.BooleanField(default=False, verbose_name='made for the demonstration')),
                ('sources', models.JSONField(default=list)),
                ('conflicts', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='ambition_ambitionmemo_published_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('assumption', models.BooleanField(default=False, verbose_name='made for the demonstration')),
                ('sources', models.JSONField(default=list)),
                ('direction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='ambition.direction')),
                ('indicators', models.ManyToManyField(blank=True, related_name='objectives', to='indicators.indicator')),
                ('memo', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='ambition.ambitionmemo')),
            ],
            options={
                'ordering': ['direction__position', 'position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='ambition_objective_published_has_a_date')],
            },
        ),
    ]
