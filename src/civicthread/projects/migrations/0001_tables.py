import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("ambition", "0001_tables"),
        ('core', '0002_search_words'),
        ("ideas", "0001_tables"),
        ("indicators", "0001_tables"),
        ("stakeholders", "0001_tables"),
        ("territory", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='BuildingBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('kind', models.CharField(choices=[('regional', 'shared in the territory'), ('european', 'European')], max_length=10, verbose_name='kind')),
                ('sources', models.JSONField(default=list)),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='building_blocks', to='stakeholders.organisation')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('summary', civicthread.core.text.TranslatedField(verbose_name='summary')),
                ('description', civicthread.core.text.TranslatedField(verbose_name='description')),
                ('other_partners', civicthread.core.text.TranslatedField(verbose_name='other partners')),
                ('state', models.CharField(blank=True, choices=[('in_preparation', 'in preparation'), ('ongoing', 'ongoing'), ('in_service', 'in service'), ('completed', 'completed'), ('stopped', 'stopped'), ('on_hold', 'on hold')], max_length=16, verbose_name='state')),
                ('state_as_of', models.CharField(blank=True, max_length=10)),
                ('approved', models.CharField(blank=True, max_length=10, verbose_name='approved')),
                ('nature', models.CharField(blank=True, choices=[('pilot', 'pilot project'), ('structural', 'structural initiative')], max_length=10, verbose_name='pilot or structural')),
                ('start', models.CharField(blank=True, max_length=10, verbose_name='start')),
                ('end', models.CharField(blank=True, max_length=10, verbose_name='end')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='budget')),
                ('budget_kind', models.CharField(blank=True, choices=[('total', 'in total'), ('yearly', 'a year'), ('requested', 'requested'), ('part', 'a part of the cost')], max_length=10)),
                ('budget_qualifier', models.CharField(blank=True, choices=[('exact', ''), ('about', 'about'), ('more_than', 'more than'), ('less_than', 'less than'), ('almost', 'almost'), ('barely', 'barely'), ('derived', 'derived from what the source says')], max_length=10)),
                ('budget_covers', civicthread.core.text.TranslatedField(verbose_name='what the budget covers')),
                ('editorial_classification', models.BooleanField(default=True)),
                ('sources', models.JSONField(default=list)),
                ('conflicts', models.JSONField(default=list)),
                ('areas', models.ManyToManyField(blank=True, related_name='projects', to='territory.area')),
                ('directions', models.ManyToManyField(related_name='projects', to='ambition.direction')),
                ('ideas', models.ManyToManyField(blank=True, related_name='projects', to='ideas.idea')),
                ('indicators', models.ManyToManyField(blank=True, related_name='projects', to='indicators.indicator')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects_led', to='core.actor')),
                ('needs', models.ManyToManyField(blank=True, related_name='projects', to='ideas.need')),
                ('objectives', models.ManyToManyField(blank=True, related_name='projects', to='ambition.objective')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='stakeholders.organisation')),
                ('partners', models.ManyToManyField(blank=True, related_name='partnerships', to='stakeholders.organisation')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['publication', '-published_at', '-id'], name='projects_pr_publica_ff8a75_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='projects_project_published_has_a_date'), models.CheckConstraint(condition=models.Q(('budget__isnull', True), ('budget__gt', 0), _connector='OR'), name='projects_project_budget_is_positive'), models.CheckConstraint(condition=models.Q(('start', ''), ('end', ''), ('end__startswith', models.F('start')), ('start__lte', models.F('end')), _connector='OR'), name='projects_project_starts_before_it_ends')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('label', civicthread.core.text.TranslatedField()),
                ('value', models.FloatField(blank=True, null=True)),
                ('text', civicthread.core.text.TranslatedField()),
                ('unit', civicthread.core.text.TranslatedField()),
                ('period', models.CharField(blank=True, max_length=10)),
                ('qualifier', models.CharField(choices=[('exact', ''), ('about', 'about'), ('more_than', 'more than'), ('less_than', 'less than'), ('almost', 'almost'), ('barely', 'barely'), ('derived', 'derived from what the source says')], default='exact', max_length=10)),
                ('kind', models.CharField(choices=[('measured', 'measured'), ('target', 'target'), ('planned', 'planned'), ('hoped', 'hoped for')], default='measured', max_length=8)),
                ('source', models.JSONField()),
                ('note', civicthread.core.text.TranslatedField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='projects.project')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('project', 'position'), name='projects_fact_position_once')],
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('public_service', 'Does it give the public a service?'), ('counter', 'Can one be served at a counter?'), ('phone', 'Can one be served by telephone?'), ('post', 'Can one be served by post or on paper?'), ('shared_block', 'Does it use a shared building block?'), ('eu_funding', 'Does the European Union help to pay for it?'), ('eu_partner', 'Has it partners in other countries of the European Union?'), ('eu_block', 'Does it use a European building block?')], max_length=14)),
                ('answer', models.BooleanField()),
                ('note', civicthread.core.text.TranslatedField(verbose_name='note')),
                ('source', models.JSONField()),
                ('blocks', models.ManyToManyField(blank=True, related_name='declarations', to='projects.buildingblock')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='projects.project')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('project', 'about'), name='projects_declared_once')],
            },
        ),
    ]
