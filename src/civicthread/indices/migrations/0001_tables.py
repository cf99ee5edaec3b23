import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_search_words'),
        ("datahub", "0001_tables"),
        ("indicators", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='CompositeIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('family', models.SlugField(blank=True, max_length=60, verbose_name='family')),
                ('area', models.CharField(blank=True, max_length=60, verbose_name='area it opens with')),
                ('sources', models.JSONField(default=list)),
                ('indicator', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='composite_index', to='indicators.indicator')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='indices_compositeindex_published_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='IndexArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('ranked', models.BooleanField(default=True)),
                ('index', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='indices.compositeindex')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('index', 'code'), name='indices_area_once')],
            },
        ),
        migrations.CreateModel(
            name='IndexMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('note', civicthread.core.text.TranslatedField(verbose_name='method in words')),
                ('missing', models.CharField(choices=[('refuse', 'the group has no score either'), ('renormalise', 'its weight is shared among the others')], default='refuse', max_length=12, verbose_name='where a value is missing')),
                ('sql', models.TextField(verbose_name='query')),
                ('sql_sha256', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='source of the method')),
                ('at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='index_methods', to='core.actor')),
                ('datasets', models.ManyToManyField(blank=True, related_name='index_methods', to='datahub.dataset')),
                ('index', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='methods', to='indices.compositeindex')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('index', 'number'), name='indices_method_once'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('index',), name='indices_one_current_method')],
            },
        ),
        migrations.CreateModel(
            name='IndexPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('key', models.SlugField(max_length=60)),
                ('level', models.CharField(max_length=60)),
                ('label', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('weight', models.FloatField()),
                ('low', models.FloatField(blank=True, null=True)),
                ('high', models.FloatField(blank=True, null=True)),
                ('direction', models.SmallIntegerField(default=1)),
                ('winsorise', models.BooleanField(default=False)),
                ('unit', civicthread.core.text.TranslatedField(verbose_name='unit')),
                ('source', models.CharField(blank=True, max_length=500)),
                ('definition', civicthread.core.text.TranslatedField(verbose_name='definition')),
                ('indicator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='index_parts', to='indicators.indicator')),
                ('method', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='indices.indexmethod')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='indices.indexpart')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('method', 'key'), name='indices_part_once'), models.UniqueConstraint(condition=models.Q(('parent__isnull', True)), fields=('method',), name='indices_one_root'), models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='indices_weight_from_zero'), models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', True), ('low__isnull', True)), ('low__lt', models.F('high')), _connector='OR'), name='indices_goalposts_in_order'), models.CheckConstraint(condition=models.Q(('direction__in', [1, -1])), name='indices_direction_is_a_sign')],
            },
        ),
        migrations.CreateModel(
            name='IndexRun',
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
                ('approval', models.CharField(choices=[('proposed', 'to be approved'), ('approved', 'approved'), ('refused', 'refused')], default='proposed', max_length=10)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='index_approvals', to='core.actor')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='index_runs', to='core.actor')),
                ('method', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='indices.indexmethod')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('failed', ''), ('digest', ''), _connector='XOR'), name='indices_run_gave_scores_or_failed'), models.CheckConstraint(condition=models.Q(models.Q(('approval', 'approved'), _negated=True), models.Q(('approved_at__isnull', False), ('failed', '')), _connector='OR'), name='indices_approved_has_a_date'), models.UniqueConstraint(condition=models.Q(('approval__in', ['proposed', 'approved']), ('failed', ''), ('superseded_at__isnull', True)), fields=('method', 'approval'), name='indices_one_run_stands')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.CharField(max_length=60)),
                ('area', models.CharField(max_length=60)),
                ('part', models.CharField(max_length=60)),
                ('level', models.CharField(max_length=60)),
                ('points', models.FloatField(blank=True, null=True)),
                ('weight', models.FloatField()),
                ('raw', models.FloatField(blank=True, null=True)),
                ('layer', models.CharField(blank=True, choices=[('measured', 'measured'), ('proxy', 'value of a wider place'), ('imputed', 'imputed')], max_length=10)),
                ('dataset', models.CharField(blank=True, max_length=60)),
                ('row', models.CharField(blank=True, max_length=200)),
                ('measured', models.FloatField()),
                ('proxy', models.FloatField()),
                ('imputed', models.FloatField()),
                ('missing', models.FloatField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='indices.indexrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'part', 'edition'], name='indices_score_by_part')],
                'constraints': [models.UniqueConstraint(fields=('run', 'edition', 'area', 'part'), name='indices_score_once'), models.CheckConstraint(condition=models.Q(models.Q(('layer', ''), ('raw__isnull', True)), models.Q(('raw__isnull', False), models.Q(('layer', ''), _negated=True)), _connector='OR'), name='indices_a_cell_has_its_layer')],
            },
        ),
    ]
