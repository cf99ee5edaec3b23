"""A start may be more precise than the end: one that begins in a month of the year it ends in."""

from django.db import migrations, models
from django.db.models.functions import Left, Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_tables")]

    operations = [
        migrations.RemoveConstraint("project", "projects_project_starts_before_it_ends"),
        migrations.AddConstraint(
            "project",
            models.CheckConstraint(
                condition=LessThanOrEqual(Left("start", Length("end")), models.F("end")),
                name="projects_project_starts_before_it_ends",
            ),
        ),
    ]
