import civicthread.core.text
import civicthread.datahub.models
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_search_words'),
        ("stakeholders", "0001_tables"),
        ("territory", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='code')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('licence_name', models.CharField(blank=True, max_length=100, verbose_name='licence')),
                ('licence_url', models.URLField(blank=True, verbose_name='address of the licence')),
                ('share_alike', models.BooleanField(default=False, verbose_name='to be shared under the same licence')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='source address')),
                ('obtained_from', models.URLField(blank=True, max_length=500, verbose_name='obtained from')),
                ('changes_made', civicthread.core.text.TranslatedField(verbose_name='changes made to the source')),
                ('frequency', models.CharField(choices=[('once', 'once'), ('daily', 'daily'), ('monthly', 'monthly'), ('quarterly', 'quarterly'), ('yearly', 'yearly'), ('irregular', 'irregular')], default='irregular', max_length=10, verbose_name='frequency')),
                ('access', models.CharField(choices=[('open', 'open data'), ('office', 'for the Office only')], default='open', max_length=8, verbose_name='access')),
                ('reading', models.JSONField(default=dict)),
                ('keys', models.JSONField(default=list)),
                ('sort', models.JSONField(default=list)),
                ('mode', models.CharField(choices=[('replace', 'takes the place of all rows'), ('append', 'is added to the rows'), ('upsert', 'brings rows with the same key up to date and adds the others')], default='replace', max_length=8, verbose_name='a new file')),
                ('period_column', models.CharField(blank=True, max_length=60, verbose_name='column with the period')),
                ('reference_period', models.CharField(blank=True, max_length=21, verbose_name='reference period')),
                ('area_column', models.CharField(blank=True, max_length=60)),
                ('area_by', models.CharField(blank=True, max_length=8)),
                ('area_level', models.CharField(blank=True, max_length=12)),
                ('small_cells', models.JSONField(blank=True, default=dict)),
                ('jump_share', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1)], verbose_name='how far a new version may move, in percent')),
                ('keep_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='how many days an earlier version is kept')),
                ('contact_name', civicthread.core.text.TranslatedField(verbose_name='contact')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='mail address of the contact')),
                ('high_value', models.CharField(blank=True, choices=[('geospatial', 'geospatial'), ('environment', 'earth observation and environment'), ('meteorological', 'meteorological'), ('statistics', 'statistics'), ('companies', 'companies and company ownership'), ('mobility', 'mobility')], max_length=16, verbose_name='high-value dataset')),
                ('publisher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='datasets', to='stakeholders.organisation', verbose_name='publisher')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='datasets', to='territory.area', verbose_name='territory covered')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='datahub_dataset_published_has_a_date'), models.CheckConstraint(condition=models.Q(('period_column', ''), ('reference_period', ''), _connector='OR'), name='datahub_dataset_says_when_once')],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('drift', 'the columns of the file changed'), ('stale', 'not up to date'), ('jump', 'implausible jump'), ('fetch', 'the file could not be fetched')], max_length=6)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('facts', models.JSONField(default=dict)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='datahub.dataset')),
            ],
            options={
                'ordering': ['-since'],
                'indexes': [models.Index(fields=['dataset', '-since'], name='datahub_ala_dataset_e73857_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('dataset', 'kind'), name='datahub_one_open_alarm'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('since')), _connector='OR'), name='datahub_alarm_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='DatasetColumn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('header', models.CharField(blank=True, max_length=200)),
                ('type', models.CharField(choices=[('text', 'text'), ('integer', 'whole number'), ('number', 'number'), ('boolean', 'yes or no'), ('date', 'date'), ('timestamp', 'date and time')], max_length=10)),
                ('nullable', models.BooleanField(default=True)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('codes', models.JSONField(default=list)),
                ('generated', models.BooleanField(default=False)),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='columns', to='datahub.dataset')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'name'), name='datahub_column_once')],
            },
        ),
        migrations.CreateModel(
            name='DatasetVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('added', models.PositiveBigIntegerField(blank=True, null=True)),
                ('removed', models.PositiveBigIntegerField(blank=True, null=True)),
                ('changed', models.PositiveBigIntegerField(blank=True, null=True)),
                ('restored_from', models.PositiveIntegerField(blank=True, null=True)),
                ('covers_from', models.DateField(blank=True, null=True)),
                ('covers_until', models.DateField(blank=True, null=True)),
                ('profile', models.JSONField(default=dict)),
                ('sample', models.JSONField(default=dict)),
                ('totals', models.JSONField(default=dict)),
                ('shown_with', models.CharField(blank=True, max_length=16)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dataset_versions', to='core.actor')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='datahub.dataset')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'number'), name='datahub_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Ingestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('loaded', 'loaded'), ('unchanged', 'nothing new'), ('refused', 'refused')], max_length=10)),
                ('version', models.PositiveIntegerField(blank=True, null=True)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('rejected', models.PositiveBigIntegerField(default=0)),
                ('rejects_file', models.CharField(blank=True, max_length=300)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('declaration', models.CharField(blank=True, max_length=16)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ingestions', to='core.actor')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ingestions', to='datahub.dataset')),
            ],
            options={
                'indexes': [models.Index(fields=['dataset', '-at'], name='datahub_ing_dataset_05b0b3_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'loaded'), _negated=True), ('version__isnull', False), _connector='OR'), name='datahub_loaded_has_a_version'), models.UniqueConstraint(condition=models.Q(('outcome', 'loaded')), fields=('dataset', 'version'), name='datahub_version_loaded_once')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=1000, verbose_name='address of the file')),
                ('every', models.CharField(choices=[('asked', 'only when asked'), ('hour', 'every hour'), ('day', 'every day'), ('week', 'every week'), ('month', 'every month')], default='day', max_length=5, verbose_name='how often')),
                ('due_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('etag', models.CharField(blank=True, max_length=200)),
                ('last_modified', models.CharField(blank=True, max_length=200)),
                ('dataset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='source', to='datahub.dataset')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('every', 'asked')), models.Q(models.Q(('every', 'asked'), _negated=True), ('due_at__isnull', False)), _connector='OR'), name='datahub_source_due_when_scheduled')],
            },
        ),
        migrations.CreateModel(
            name='Fetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('loaded', 'new data loaded'), ('unchanged', 'nothing new'), ('refused', 'file refused'), ('failed', 'not reached')], max_length=10)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fetches', to='core.actor')),
                ('ingestion', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='fetch', to='datahub.ingestion')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fetches', to='datahub.source')),
            ],
            options={
                'indexes': [models.Index(fields=['source', '-at'], name='datahub_fet_source__23c97c_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'failed'), _negated=True), models.Q(('code', ''), _negated=True), _connector='OR'), name='datahub_failed_fetch_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=civicthread.datahub.models.new_upload_key, max_length=32, unique=True)),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('suggestion', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='core.actor')),
                ('dataset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='datahub.dataset')),
            ],
        ),
        migrations.AddField(
            model_name='ingestion',
            name='upload',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ingestion', to='datahub.upload'),
        ),
    ]
