import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("projects", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('planned', models.CharField(blank=True, max_length=10, verbose_name='planned')),
                ('actual', models.CharField(blank=True, max_length=10, verbose_name='reached')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due')),
                ('sources', models.JSONField(default=list)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='projects.project')),
            ],
            options={
                'ordering': ['due', 'id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='roadmap_milestone_published_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('planned', ''), _negated=True), models.Q(('actual', ''), _negated=True), _connector='OR'), name='roadmap_milestone_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Replanning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('date', models.CharField(max_length=10)),
                ('reason', civicthread.core.text.TranslatedField(verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('source', models.JSONField(default=dict)),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replannings', to='roadmap.milestone')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('milestone', 'number'), name='roadmap_replanning_once')],
            },
        ),
    ]
