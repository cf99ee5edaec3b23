"""Writing new values to a row, and knowing what really changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from civicthread.core.text import TranslatedField, as_text


def write(thing: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Give a row its values (many-to-many ones too), save what differs, tell what changed: `{field: [before, after]}`.

    Translated values may be plain `{language: text}`: then all languages are as their writer says, as in a programme's
    file. A form hands over an edit of what stood there (`Text.changed`), which knows what was left behind.
    """
    plain, many = _split(thing, values)
    new = thing.pk is None
    before = {name: None if new else getattr(thing, name) for name in plain}
    for name, value in plain.items():
        field = thing._meta.get_field(name)  # noqa: SLF001
        setattr(thing, name, as_text(value) if isinstance(field, TranslatedField) else value)
    changes = {
        name: [old, getattr(thing, name)]
        for name, old in before.items()
        if new or old != getattr(thing, name)
    }
    if new:
        thing.save(force_insert=True)
    elif changes:
        thing.save(update_fields=list(changes))
    return changes | _write_many(thing, many)


def _split(thing: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    many = {name for name in values if thing._meta.get_field(name).many_to_many}  # noqa: SLF001
    return {n: v for n, v in values.items() if n not in many}, {n: v for n, v in values.items() if n in many}


def _write_many(thing: models.Model, many: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    for name, things in many.items():
        relation = getattr(thing, name)
        before, after = sorted(relation.values_list("pk", flat=True)), sorted(other.pk for other in things)
        if before != after:
            relation.set(things)
            changes[name] = [before, after]
    return changes


def _stored(field: "models.Field[Any, Any]", values: Sequence[Any]) -> list[Any]:
    """The values of a column as the database keeps them: many are the same, and each is put into its form once."""
    forms: dict[str, Any] = {}
    told = [repr(value) for value in values]  # tells -0.0 from 0.0 and 1 from True, and lists have one, too
    for name, value in zip(told, values, strict=True):
        if name not in forms:
            forms[name] = field.get_db_prep_save(value, connection)
    return [forms[name] for name in told]


def insert(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    same: Mapping[str, Any],
) -> None:
    """Write many new rows of plain values that nothing else is done with: a model for each costs ten times as much.

    Values stand under the names of columns (`area_id`); those of `same`, and the defaults, are the same in every row.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}  # noqa: SLF001
    same = {
        **same,
        **{name: value for name, value in rows[0].items() if all(row[name] == value for row in rows)},
    }
    own = [fields.pop(name) for name in rows[0] if name not in same]
    given = [same.get(name, field.get_default()) for name, field in fields.items()]
    known = [
        field.get_db_prep_save(value, connection) for field, value in zip(fields.values(), given, strict=True)
    ]
    columns = [_stored(field, [row[field.attname] for row in rows]) for field in own]
    lines = [[*line, *known] for line in zip(*columns, strict=True)] if columns else [known] * len(rows)
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(str(field.column)) for field in (*own, *fields.values()))
    places = ", ".join(["%s"] * len(lines[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({places})", lines)  # noqa: S608, SLF001 quoted names
