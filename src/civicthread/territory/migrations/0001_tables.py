import civicthread.core.text
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # Nothing here needs these libraries. But each of their many migrations makes Django build all tables that have to do
    # with people anew in memory, and ours as well if they came first: that made a new city wait half as long again.
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='code')),
                ('level', models.CharField(choices=[('region', 'region'), ('municipality', 'municipality'), ('sector', 'statistical sector')], max_length=12, verbose_name='level')),
                ('name', civicthread.core.text.TranslatedField(verbose_name='name')),
                ('aliases', models.JSONField(default=list)),
                ('nuts', models.JSONField(default=list)),
                ('postal_codes', models.JSONField(default=list)),
                ('boundary', models.JSONField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='territory.area')),
            ],
            options={
                'indexes': [models.Index(fields=['level', 'code'], name='territory_a_level_92134b_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='territory_area_is_not_its_own_parent')],
            },
        ),
    ]
