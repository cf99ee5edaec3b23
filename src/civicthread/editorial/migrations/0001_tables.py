import civicthread.core.text
import civicthread.editorial.body
import django.db.models.deletion
import django.utils.timezone
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("projects", "0001_tables"),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(help_text='Two or three sentences, without markup.', max_length=600, verbose_name='introduction')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('list', 3), ('quote', 7), ('image', 11), ('figure', 15)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'heading', 'max_length': 200}), 1: ('civicthread.editorial.body.SafeRichTextBlock', (), {'label': 'paragraph'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'point'}), 3: ('wagtail.blocks.ListBlock', (2,), {'icon': 'list-ul', 'label': 'list'}), 4: ('wagtail.blocks.TextBlock', (), {'label': 'words'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'who said it', 'required': False}), 6: ('wagtail.blocks.URLBlock', (), {'label': 'where it was published', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('text', 4), ('author', 5), ('url', 6)]], {}), 8: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'picture'}), 9: ('wagtail.blocks.CharBlock', (), {'help_text': 'What a reader who cannot see the picture must know of it.', 'label': 'in words', 'max_length': 300}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('picture', 8), ('alt', 9), ('caption', 10)]], {}), 12: ('wagtail.blocks.CharBlock', (), {'label': 'what the figure shows', 'max_length': 120}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'address', 'max_length': 300, 'validators': [civicthread.editorial.body.sound_address]}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'in one sentence', 'max_length': 300, 'required': False}), 15: ('wagtail.blocks.StructBlock', [[('label', 12), ('address', 13), ('words', 14)]], {})}, verbose_name='text')),
                ('sources', wagtail.fields.StreamField([('source', 3)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'publisher', 'max_length': 200}), 1: ('wagtail.blocks.URLBlock', (), {'label': 'address'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': '2026, 2026-06, 2026-06-03', 'label': 'date', 'max_length': 10, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('publisher', 0), ('url', 1), ('date', 2)]], {})}, verbose_name='sources')),
                ('demonstration', models.BooleanField(default=False, verbose_name='invented for the demonstration')),
                ('ready', models.BooleanField(default=False, help_text='The page is published in all languages at once, when it is complete in each required one.', verbose_name='this text is complete in this language')),
                ('dated', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
            ],
            options={
                'verbose_name': 'news article',
                'verbose_name_plural': 'news articles',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='StrategyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(help_text='Two or three sentences, without markup.', max_length=600, verbose_name='introduction')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('list', 3), ('quote', 7), ('image', 11), ('figure', 15)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'heading', 'max_length': 200}), 1: ('civicthread.editorial.body.SafeRichTextBlock', (), {'label': 'paragraph'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'point'}), 3: ('wagtail.blocks.ListBlock', (2,), {'icon': 'list-ul', 'label': 'list'}), 4: ('wagtail.blocks.TextBlock', (), {'label': 'words'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'who said it', 'required': False}), 6: ('wagtail.blocks.URLBlock', (), {'label': 'where it was published', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('text', 4), ('author', 5), ('url', 6)]], {}), 8: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'picture'}), 9: ('wagtail.blocks.CharBlock', (), {'help_text': 'What a reader who cannot see the picture must know of it.', 'label': 'in words', 'max_length': 300}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('picture', 8), ('alt', 9), ('caption', 10)]], {}), 12: ('wagtail.blocks.CharBlock', (), {'label': 'what the figure shows', 'max_length': 120}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'address', 'max_length': 300, 'validators': [civicthread.editorial.body.sound_address]}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'in one sentence', 'max_length': 300, 'required': False}), 15: ('wagtail.blocks.StructBlock', [[('label', 12), ('address', 13), ('words', 14)]], {})}, verbose_name='text')),
                ('sources', wagtail.fields.StreamField([('source', 3)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'publisher', 'max_length': 200}), 1: ('wagtail.blocks.URLBlock', (), {'label': 'address'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': '2026, 2026-06, 2026-06-03', 'label': 'date', 'max_length': 10, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('publisher', 0), ('url', 1), ('date', 2)]], {})}, verbose_name='sources')),
                ('demonstration', models.BooleanField(default=False, verbose_name='invented for the demonstration')),
                ('ready', models.BooleanField(default=False, help_text='The page is published in all languages at once, when it is complete in each required one.', verbose_name='this text is complete in this language')),
                ('purpose', models.CharField(choices=[('strategy', 'strategy'), ('direction', 'strategic direction'), ('office', 'the Office'), ('participate', 'how to take part'), ('home', 'home page'), ('accessibility', 'accessibility statement'), ('privacy', 'privacy statement'), ('cookies', 'cookies'), ('contact', 'contact'), ('legal', 'legal notice')], default='strategy', max_length=16, verbose_name='what the page is for')),
                ('direction', models.SlugField(blank=True, max_length=60, verbose_name='code of the strategic direction')),
            ],
            options={
                'verbose_name': 'strategy page',
                'verbose_name_plural': 'strategy pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=12, verbose_name='publication')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published on')),
                ('withdrawn_because', civicthread.core.text.TranslatedField(verbose_name='reason for withdrawing')),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('section', models.CharField(choices=[('news', 'news'), ('page', 'page')], max_length=4)),
                ('purpose', models.CharField(blank=True, choices=[('strategy', 'strategy'), ('direction', 'strategic direction'), ('office', 'the Office'), ('participate', 'how to take part'), ('home', 'home page'), ('accessibility', 'accessibility statement'), ('privacy', 'privacy statement'), ('cookies', 'cookies'), ('contact', 'contact'), ('legal', 'legal notice')], max_length=16)),
                ('direction', models.SlugField(blank=True, max_length=60)),
                ('title', civicthread.core.text.TranslatedField(verbose_name='title')),
                ('intro', civicthread.core.text.TranslatedField(verbose_name='introduction')),
                ('slugs', models.JSONField(default=dict)),
                ('dated', models.DateField(db_index=True, default=django.utils.timezone.localdate, verbose_name='date')),
                ('demonstration', models.BooleanField(default=False)),
                ('revised_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='brought up to date on')),
                ('due_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='to be published on')),
                ('lapse', models.TextField(blank=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('projects', models.ManyToManyField(blank=True, related_name='editions', to='projects.project')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['section', 'publication', '-dated', '-id'], name='editorial_edition_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('publication', 'draft'), ('published_at__isnull', False), _connector='OR'), name='editorial_edition_published_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('slug', models.CharField(max_length=255)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='editorial.edition')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('language', 'slug'), name='editorial_address_once')],
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
            ],
            options={
                'verbose_name': 'news',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('editorial.edition',),
        ),
        migrations.CreateModel(
            name='StrategyText',
            fields=[
            ],
            options={
                'verbose_name': 'page',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('editorial.edition',),
        ),
    ]
