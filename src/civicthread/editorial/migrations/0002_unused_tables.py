"""Two parts of Wagtail that nothing here reads are gone: their tables would still refer to pages and sites."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("editorial", "0001_tables")]
    operations = [
        migrations.RunSQL("DROP TABLE IF EXISTS wagtailredirects_redirect", migrations.RunSQL.noop),
        migrations.RunSQL("DROP TABLE IF EXISTS wagtailembeds_embed", migrations.RunSQL.noop),
    ]
