import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("ambition", "0001_tables"),
        ("projects", "0001_tables"),
        ("stakeholders", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='number given by the body')),
                ('date', models.CharField(max_length=10, verbose_name='date')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('text', civicthread.core.text.TranslatedField(verbose_name='text')),
                ('approves', models.BooleanField(default=False, verbose_name='approves these projects')),
                ('sources', models.JSONField(default=list)),
                ('conflicts', models.JSONField(default=list)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='stakeholders.body')),
                ('objectives', models.ManyToManyField(blank=True, related_name='decisions', to='ambition.objective')),
                ('projects', models.ManyToManyField(blank=True, related_name='decisions', to='projects.project')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['-date', '-id'], name='governance__date_8600c1_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='governance_decision_published_has_a_date')],
            },
        ),
    ]
