import civicthread.core.models
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.CharField(max_length=64, unique=True)),
                ('seen_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('due_at', models.DateTimeField(db_index=True)),
                ('last_started_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Actor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'person'), ('service', 'service'), ('system', 'the platform')], default='person', max_length=8)),
                ('label', models.CharField(blank=True, max_length=100)),
                ('roles', models.JSONField(default=list)),
                ('subject_key', models.CharField(blank=True, default=civicthread.core.models.new_key, max_length=64)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'system')), fields=('kind',), name='core_actor_one_system'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('subject_key', ''), _connector='OR'), name='core_actor_erased_has_no_key')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('recipient', models.EmailField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sending', 'being sent'), ('sent', 'sent'), ('parked', 'given up')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='core_outbox_due')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('language', models.CharField(max_length=8)),
                ('title', models.CharField(max_length=300)),
                ('folded_title', models.CharField(max_length=300)),
                ('summary', models.CharField(blank=True, max_length=500)),
                ('url', models.CharField(max_length=300)),
                ('words', models.TextField()),
                ('dated', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'language', 'folded_title'], name='core_search_title')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'language'), name='core_search_once')],
            },
        ),
        migrations.CreateModel(
            name='Sequence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('prefix', 'year'), name='core_sequence_once')],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('verb', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('public', models.BooleanField(default=False)),
                ('changes', models.JSONField(default=dict)),
                ('commitments', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='core.actor')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'object_id', '-id'], name='core_journal_object'), models.Index(fields=['kind', '-id'], name='core_journal_kind'), models.Index(condition=models.Q(('public', True)), fields=['-id'], name='core_journal_public')],
            },
        ),
    ]
