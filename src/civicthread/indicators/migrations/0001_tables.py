import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_search_words'),
        ("datahub", "0001_tables"),
        ("stakeholders", "0001_tables"),
        ("territory", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('sql', 'computed from datasets'), ('reported', 'reported by hand'), ('composite', 'composite index')], default='reported', max_length=10, verbose_name='kind')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('unit', civicthread.core.text.TranslatedField(verbose_name='unit')),
                ('symbol', models.CharField(blank=True, max_length=20, verbose_name='symbol')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='decimals')),
                ('good', models.CharField(choices=[('up', 'more is better'), ('down', 'less is better'), ('neither', 'neither more nor less is better')], max_length=8, verbose_name='which way is good')),
                ('status_method', models.CharField(choices=[('share_of_target', 'share of target'), ('share_of_way', 'share of the way from the baseline'), ('pace', 'pace'), ('ideal_path', 'distance to the ideal path'), ('none', 'no status')], default='none', max_length=16, verbose_name='status by')),
                ('on_pace_at', models.FloatField(blank=True, null=True)),
                ('behind_at', models.FloatField(blank=True, null=True)),
                ('baseline_period', models.CharField(blank=True, max_length=21)),
                ('across_breaks', models.BooleanField(default=False)),
                ('frequency', models.CharField(choices=[('once', 'once'), ('daily', 'daily'), ('monthly', 'monthly'), ('quarterly', 'quarterly'), ('yearly', 'yearly'), ('irregular', 'irregular')], default='yearly', max_length=10, verbose_name='frequency')),
                ('direction', models.SlugField(blank=True, max_length=60, verbose_name='strategic direction')),
                ('area_level', models.CharField(blank=True, max_length=12)),
                ('sources', models.JSONField(default=list)),
                ('conflicts', models.JSONField(default=list)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='stakeholders.organisation')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='indicators_indicator_published_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('behind_at__isnull', True), ('on_pace_at__isnull', True)), ('on_pace_at__gte', models.F('behind_at')), _connector='OR'), name='indicators_cuts_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('source', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comparisons', to='indicators.indicator')),
            ],
        ),
        migrations.CreateModel(
            name='MethodVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('note', civicthread.core.text.TranslatedField(verbose_name='method')),
                ('sql', models.TextField(blank=True, verbose_name='SQL')),
                ('sql_sha256', models.CharField(blank=True, max_length=64)),
                ("checked", models.JSONField(null=True)),
                ('roll_up', models.CharField(choices=[('none', 'only where the query gives it'), ('sum', 'the sum of its areas'), ('ratio', 'the sum of the numerators over the sum of the denominators of its areas')], default='none', max_length=5, verbose_name='whole territory')),
                ('lineage', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='methods', to='core.actor')),
                ('datasets', models.ManyToManyField(blank=True, related_name='methods', to='datahub.dataset')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='methods', to='indicators.indicator')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('indicator', 'number'), name='indicators_method_once')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('engine', models.CharField(max_length=60)),
                ('sql_sha256', models.CharField(max_length=64)),
                ('versions', models.JSONField(default=dict)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('failed', models.CharField(blank=True, max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='core.actor')),
                ('method', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='indicators.methodversion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('failed', ''), ('digest', ''), _connector='XOR'), name='indicators_run_gave_figures_or_failed')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=21)),
                ('due', models.DateField()),
                ('value', models.FloatField()),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('source', models.JSONField(default=dict)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='territory.area')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='indicators.indicator')),
            ],
            options={
                'ordering': ['due'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('area__isnull', False)), fields=('indicator', 'period', 'area'), name='indicators_target_per_area'), models.UniqueConstraint(condition=models.Q(('area__isnull', True)), fields=('indicator', 'period'), name='indicators_target_in_all')],
            },
        ),
        migrations.CreateModel(
            name='Trajectory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('ideal', 'ideal path'), ('projected', 'projection')], max_length=10)),
                ('form', models.CharField(choices=[('trend', 'the observed trend goes on'), ('linear', 'straight line'), ('compound', 'same growth rate each year'), ('logistic', 'S-curve towards a ceiling'), ('milestones', 'table of milestones')], max_length=10)),
                ('start_period', models.CharField(blank=True, max_length=21)),
                ('start_value', models.FloatField(blank=True, null=True)),
                ('end_period', models.CharField(blank=True, max_length=21)),
                ('end_value', models.FloatField(blank=True, null=True)),
                ('growth', models.FloatField(blank=True, null=True)),
                ('ceiling', models.FloatField(blank=True, null=True)),
                ('milestones', models.JSONField(default=list)),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trajectories', to='indicators.indicator')),
            ],
            options={
                'ordering': ['role'],
                'constraints': [models.UniqueConstraint(fields=('indicator', 'role'), name='indicators_one_path_of_a_role'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'logistic'), _negated=True), models.Q(('ceiling__gt', 0), ('ceiling__isnull', False)), _connector='OR'), name='indicators_s_curve_has_a_ceiling'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'trend'), _negated=True), ('role', 'projected'), _connector='OR'), name='indicators_a_trend_is_a_projection'), models.CheckConstraint(condition=models.Q(models.Q(('start_period', ''), ('start_value__isnull', True)), models.Q(models.Q(('start_period', ''), _negated=True), ('start_value__isnull', False)), _connector='OR'), name='indicators_start_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('end_period', ''), ('end_value__isnull', True)), models.Q(models.Q(('end_period', ''), _negated=True), ('end_value__isnull', False)), _connector='OR'), name='indicators_end_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Value',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=21)),
                ('period_end', models.DateField()),
                ('breakdown', models.JSONField(default=dict)),
                ('breakdown_key', models.CharField(blank=True, max_length=200)),
                ('value', models.FloatField(blank=True, null=True)),
                ('numerator', models.FloatField(blank=True, null=True)),
                ('denominator', models.FloatField(blank=True, null=True)),
                ('origin', models.CharField(choices=[('baseline', 'baseline'), ('reported', 'reported'), ('computed', 'computed')], max_length=10)),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('qualifier', models.CharField(choices=[('exact', ''), ('about', 'about'), ('more_than', 'more than'), ('less_than', 'less than'), ('almost', 'almost'), ('barely', 'barely'), ('derived', 'derived from what the source says')], default='exact', max_length=10)),
                ('flags', models.JSONField(default=list)),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('reason', civicthread.core.text.TranslatedField(verbose_name='why it was retained or not')),
                ('retained', models.BooleanField(default=True)),
                ('source', models.JSONField(default=dict)),
                ('approval', models.CharField(choices=[('proposed', 'to be approved'), ('approved', 'approved'), ('refused', 'refused')], default='proposed', max_length=10)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='core.actor')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='values', to='territory.area')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported_values', to='core.actor')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='indicators.indicator')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='values', to='indicators.run')),
            ],
            options={
                'indexes': [models.Index(fields=['indicator', 'approval', 'period_end'], name='indicators_value_series')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('area__isnull', False), ('retained', True), ('superseded_at__isnull', True)), fields=('indicator', 'period', 'area', 'breakdown_key', 'approval'), name='indicators_one_value_per_area'), models.UniqueConstraint(condition=models.Q(('area__isnull', True), ('retained', True), ('superseded_at__isnull', True)), fields=('indicator', 'period', 'breakdown_key', 'approval'), name='indicators_one_value_in_all'), models.CheckConstraint(condition=models.Q(models.Q(('approval', 'approved'), _negated=True), ('approved_at__isnull', False), _connector='OR'), name='indicators_approved_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'computed'), _negated=True), ('run__isnull', False), _connector='OR'), name='indicators_computed_has_a_run')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', civicthread.core.text.TranslatedField(verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='core.actor')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='indicators.indicator')),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.value')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.value')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='ComparedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=21)),
                ('period_end', models.DateField()),
                ('value', models.FloatField()),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('comparison', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='indicators.comparison')),
            ],
            options={
                'ordering': ['period_end', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('comparison', 'period'), name='indicators_one_compared_figure')],
            },
        ),
    ]
