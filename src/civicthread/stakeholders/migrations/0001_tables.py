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
            name='Body',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('government', 'government'), ('assembly', 'assembly'), ('board', 'board'), ('committee', 'committee'), ('jury', 'jury')], max_length=12, verbose_name='kind')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('short_name', civicthread.core.text.TranslatedField(verbose_name='short name')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('helix', models.CharField(choices=[('civil_society', 'citizens and civil society'), ('academia', 'academic world'), ('public', 'public authorities'), ('private', 'companies')], max_length=14, verbose_name='helix')),
                ('domain', models.CharField(blank=True, choices=[('AGRI', 'agriculture, fisheries, forestry and food'), ('ECON', 'economy and finance'), ('EDUC', 'education, culture and sport'), ('ENER', 'energy'), ('ENVI', 'environment'), ('GOVE', 'government and public sector'), ('HEAL', 'health'), ('INTR', 'international issues'), ('JUST', 'justice, legal system and public safety'), ('REGI', 'regions and cities'), ('SOCI', 'population and society'), ('TECH', 'science and technology'), ('TRAN', 'transport')], max_length=4, verbose_name='policy domain')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('former_names', models.JSONField(default=list)),
                ('sources', models.JSONField(default=list)),
                ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='territory.area')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['helix', 'code'], name='stakeholder_helix_e119c9_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='stakeholders_organisation_published_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', civicthread.core.text.TranslatedField(verbose_name='office held')),
                ('votes', models.BooleanField(default=True, verbose_name='may vote')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='core.actor')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='stakeholders.body')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='stakeholders.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='stakeholders_mandate_ends_after_it_starts')],
            },
        ),
        migrations.AddField(
            model_name='body',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bodies', to='stakeholders.organisation'),
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='representations', to='core.actor')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='representations', to='stakeholders.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('actor', 'organisation'), name='stakeholders_representation_once'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='stakeholders_representation_ends_after_it_starts')],
            },
        ),
    ]
