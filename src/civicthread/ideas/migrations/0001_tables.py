import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_search_words'),
        ("territory", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(blank=True, max_length=60, null=True, unique=True)),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('text', models.TextField(max_length=5000, verbose_name='idea')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('channel', models.CharField(choices=[('web', 'web'), ('phone', 'telephone'), ('counter', 'counter'), ('post', 'post'), ('paper', 'paper form'), ('workshop', 'workshop')], default='web', max_length=8, verbose_name='channel')),
                ('state', models.CharField(choices=[('received', 'received'), ('in_analysis', 'in analysis'), ('merged', 'merged into a need'), ('retained', 'retained'), ('in_project', 'in a project'), ('delivered', 'delivered'), ('not_retained', 'not retained')], default='received', max_length=12, verbose_name='state')),
                ('visibility', models.CharField(choices=[('unconfirmed', 'waiting for confirmation by mail'), ('public', 'public'), ('hidden', 'hidden by the Office'), ('taken_back', 'taken back by its author')], default='unconfirmed', max_length=12)),
                ('hidden_because', civicthread.core.text.TranslatedField(verbose_name='reason for hiding')),
                ('place', models.CharField(blank=True, max_length=150, verbose_name='place')),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('received_at', models.DateTimeField(verbose_name='received on')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('sort_title', models.CharField(max_length=150)),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('demonstration', models.BooleanField(default=False, verbose_name='invented for the demonstration')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='territory.area')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='core.actor')),
            ],
            options={
                'indexes': [models.Index(fields=['visibility', '-received_at', '-id'], name='ideas_public_by_date'), models.Index(fields=['visibility', 'state', '-received_at'], name='ideas_public_by_state'), models.Index(fields=['visibility', 'area', '-received_at'], name='ideas_public_by_area'), models.Index(fields=['visibility', 'language', 'state'], name='ideas_public_by_language'), models.Index(fields=['visibility', 'sort_title'], name='ideas_public_by_title')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='ideas_place_is_on_earth'), models.CheckConstraint(condition=models.Q(models.Q(('visibility', 'public'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='ideas_public_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='AuthorContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('show_name', models.BooleanField(default=False, verbose_name='show my name beside my idea')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('claim_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.actor')),
                ('idea', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='contact', to='ideas.idea')),
            ],
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(blank=True, max_length=60, null=True, unique=True)),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('demonstration', models.BooleanField(default=False, verbose_name='invented for the demonstration')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='ideas_need_published_has_a_date')],
            },
        ),
        migrations.AddField(
            model_name='idea',
            name='need',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='ideas.need'),
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=1000, verbose_name='What is wrong with it?')),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'to be looked at'), ('upheld', 'idea hidden'), ('dismissed', 'idea stays')], default='open', max_length=10)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='core.actor')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='ideas.idea')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'at'], name='ideas_repor_state_ad9a08_idx')],
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supports', to='core.actor')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supports', to='ideas.idea')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('idea', 'actor'), name='ideas_support_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('received', 'received'), ('in_analysis', 'in analysis'), ('merged', 'merged into a need'), ('retained', 'retained'), ('in_project', 'in a project'), ('delivered', 'delivered'), ('not_retained', 'not retained')], max_length=12)),
                ('text', civicthread.core.text.TranslatedField(verbose_name='answer')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='core.actor')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='ideas.idea')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('idea', 'number'), name='ideas_answer_number_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), _negated=True), ('need__isnull', False), _connector='OR'), name='ideas_merged_names_its_need'),
        ),
    ]
