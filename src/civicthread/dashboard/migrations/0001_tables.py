import civicthread.core.text
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_search_words'),
        ("indicators", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, verbose_name='year')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField()),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('counts', models.JSONField(default=dict)),
                ('median_share', models.FloatField(blank=True, null=True)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='core.actor')),
            ],
            options={
                'ordering': ['-year'],
                'constraints': [models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2199)), name='dashboard_snapshot_has_a_plain_year'), models.CheckConstraint(condition=models.Q(('day__year__gte', models.F('year')), ('day__year__lte', django.db.models.expressions.CombinedExpression(models.F('year'), '+', models.Value(1)))), name='dashboard_snapshot_is_of_its_year')],
            },
        ),
        migrations.CreateModel(
            name='SnapshotFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=60)),
                ('reference', models.CharField(max_length=20)),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('unit', civicthread.core.text.TranslatedField(verbose_name='unit')),
                ('symbol', models.CharField(blank=True, max_length=20)),
                ('decimals', models.PositiveSmallIntegerField(default=0)),
                ('direction', models.CharField(blank=True, max_length=60)),
                ('direction_name', civicthread.core.text.TranslatedField()),
                ('owner_name', civicthread.core.text.TranslatedField()),
                ('area', models.CharField(blank=True, max_length=12)),
                ('area_name', civicthread.core.text.TranslatedField()),
                ('period', models.CharField(blank=True, max_length=21)),
                ('value', models.FloatField(blank=True, null=True)),
                ('qualifier', models.CharField(choices=[('exact', ''), ('about', 'about'), ('more_than', 'more than'), ('less_than', 'less than'), ('almost', 'almost'), ('barely', 'barely'), ('derived', 'derived from what the source says')], default='exact', max_length=10)),
                ('flags', models.JSONField(default=list)),
                ('target', models.FloatField(blank=True, null=True)),
                ('target_period', models.CharField(blank=True, max_length=21)),
                ('grade', models.CharField(blank=True, max_length=16)),
                ('share', models.FloatField(blank=True, null=True)),
                ('method', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('run', models.PositiveBigIntegerField(blank=True, null=True)),
                ('versions', models.JSONField(default=dict)),
                ('source', models.JSONField(default=dict)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='indicators.indicator')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='dashboard.snapshot')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('snapshot', 'indicator', 'area'), name='dashboard_snapshot_figure_once'), models.UniqueConstraint(fields=('snapshot', 'position'), name='dashboard_snapshot_figure_has_its_place'), models.CheckConstraint(condition=models.Q(('value__isnull', True), models.Q(('period', ''), _negated=True), _connector='OR'), name='dashboard_snapshot_value_has_a_period'), models.CheckConstraint(condition=models.Q(('target__isnull', True), models.Q(('target_period', ''), _negated=True), _connector='OR'), name='dashboard_snapshot_target_has_a_date')],
            },
        ),
    ]
