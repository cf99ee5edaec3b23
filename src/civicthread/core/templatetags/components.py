"""The template tags that draw components: see templates/components/README.md."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.utils import flatatt
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import drawn, formats
from civicthread.core.context import Place

PLAIN = {forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.Select}

register = template.Library()
register.simple_tag(drawn.icon)
register.simple_tag(drawn.fact)
register.filter(drawn.dated)


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: SafeString, name: str, **parameters: Any) -> SafeString:
    """Render `components/<name>.html` around its body; it knows its own parameters only."""
    if name in drawn.DRAWN:
        return drawn.DRAWN[name](body=content, **parameters)
    assert context.template is not None  # noqa: S101 - a context that renders a tag always has its template
    drawing = context.template.engine.get_template(f"components/{name}.html")
    parameters["body"] = content
    parameters["csrf_token"] = context.get("csrf_token")
    return drawing.render(context.new(parameters))


@register.simple_tag(takes_context=True)
def filled(context: Context, block_name: str) -> SafeString:
    """The text of a block that a page may have filled, or nothing: a layout draws no empty frame.

    Unlike `{% block %}` it may stand in a layout twice, so the heading is also the document's title.
    """
    # An included part of a layout has a layer of its own, so the blocks may lie further down.
    layers: list[dict[Any, Any]] = context.render_context.dicts[::-1]
    blocks = next((layer[BLOCK_CONTEXT_KEY] for layer in layers if BLOCK_CONTEXT_KEY in layer), None)
    block = blocks.get_block(block_name) if blocks else None
    return mark_safe(block.render(context).strip() if block else "")  # noqa: S308 - a rendered template


@register.filter
def unbroken(text: str) -> str:
    """Text that stays on one line, such as a telephone number."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def short(cell: object, most: int = 40) -> str:
    """A cell of somebody's table: nothing where there is nothing, cut where it is long.

    A tenth of a page with hundreds of cells went into Django's filters for the same.
    """
    text = "" if cell is None else formats.datum(cell)
    return text if len(text) <= most else f"{text[: most - 1]}…"


@register.simple_tag
def table_rows(
    rows: SafeString | Iterable[Iterable[Any]], columns: Iterable[Mapping[str, Any]]
) -> SafeString:
    """The rows of a table of data; the first cell names its row. A page may have hundreds of cells.

    A cell is what it says, or has a `text` and the `url` of what it is about. Rows drawn before are taken as they are.
    """
    if isinstance(rows, SafeString):
        return rows
    numeric = [' class="number"' if column.get("numeric") else "" for column in columns]
    drawn = []
    for row in rows:
        drawn.append("<tr>")
        for place, (cell, attribute) in enumerate(zip(row, numeric, strict=True)):
            tag = "td" if place else 'th scope="row"'
            drawn.append(f"<{tag}{attribute}>{_cell(cell)}</{tag[:2]}>")
        drawn.append("</tr>")
    return mark_safe("".join(drawn))  # noqa: S308 - every cell is escaped


@register.simple_tag
def plain_cells(cells: Iterable[tuple[object, Any]]) -> SafeString:
    """The cells of a row of somebody's table, each with its column, short."""
    drawn = []
    for cell, column in cells:
        attribute = ' class="number"' if column.numeric else ""
        drawn.append(f"<td{attribute}>{conditional_escape(short(cell))}</td>")
    return mark_safe("".join(drawn))  # noqa: S308 - every cell is escaped


def _cell(cell: Any) -> str:
    if not isinstance(cell, Mapping):
        return conditional_escape(localize(cell))
    said = _cell(cell["text"])
    return format_html('<a href="{}">{}</a>', cell["url"], mark_safe(said)) if cell.get("url") else said  # noqa: S308 - escaped above


@register.simple_tag
def place_links(places: Iterable[Place], path: str = "") -> SafeString:
    """The entries of a navigation, with the one the page stands in or below marked. Every page draws two dozen."""
    drawn = []
    for place in places:
        here = ("page" if place.url == path else "true") if path and place.current else ""
        mark = f' aria-current="{here}"' if here else ""
        url, label = conditional_escape(place.url), conditional_escape(place.label)
        drawn.append(f'<li><a href="{url}"{mark}>{label}</a></li>')
    return mark_safe("".join(drawn))  # noqa: S308 - every part is escaped


@register.filter
def beside(cells: Iterable[Any], columns: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Each cell of a row with its column."""
    return zip(cells, columns, strict=True)


@register.filter
def control(field: BoundField | BoundWidget) -> SafeString:
    """Only the input of a bound field, or one choice of it, in the look of the house."""
    if isinstance(field, BoundWidget):
        field.data["attrs"]["class"] = "ds-input"
        return field.tag(wrap_label=False)
    declared = field.field.widget.attrs.get("class", "")
    attributes: dict[str, str | bool] = {"class": f"ds-input {declared}".strip()}
    if not is_plain(field):
        return field.as_widget(attrs=attributes)
    widget = field.field.widget
    return _select(field, attributes) if isinstance(widget, forms.Select) else _input(field, attributes)


@register.filter
def is_plain(field: BoundField) -> bool:
    """Whether it is one input of the simplest kinds, as all those that narrow a list are."""
    return type(field.field.widget) in PLAIN and not field.field.localize


@register.filter
def may_be_left(field: BoundField) -> bool:
    """Whether to say that it may stay empty: not where nothing is required, as in what narrows a list."""
    asked = field.form.fields.values()
    return not field.field.required and any(other.required for other in asked)


@register.simple_tag
def labelled_field(field: BoundField, *, label: Any, width: str, hide_label: bool) -> SafeString:
    """A label, its words and one input; a list has five of them, and as a template they were a fifth of its cost."""
    hidden = " ds-sr-only" if hide_label else ""
    optional = format_html(' <span class="optional">{}</span>', _("(optional)")) if may_be_left(field) else ""
    return format_html(
        '<div class="ds-field"{}{}><label class="ds-label{}" for="{}">{}{}</label>{}{}</div>',
        " data-error" if field.errors else "",
        format_html(' data-width="{}"', width) if width else "",
        hidden,
        field.id_for_label,
        label or field.label,
        optional,
        field_words(field),
        control(field),
    )


@register.simple_tag
def field_words(field: BoundField) -> SafeString:
    """The hint of a field, and what is wrong with it."""
    found = SafeString("")
    if field.help_text:
        hint = '<div data-field="description" id="{}_helptext">{}</div>'
        found += format_html(hint, field.auto_id, mark_safe(field.help_text))  # noqa: S308 - our own words
    if field.errors:
        line = '<p><span class="ds-sr-only">{} </span>{}</p>'
        told = format_html_join("", line, ((_("Error:"), error) for error in field.errors))
        found += format_html('<div class="ds-validation-message" id="{}_error">{}</div>', field.auto_id, told)
    return found


def _attributes(field: BoundField, wanted: dict[str, str | bool]) -> dict[str, Any]:
    """The attributes that Django's own templates of widgets would write."""
    widget = field.field.widget
    given = field.build_widget_attrs(wanted, widget)
    if field.auto_id and "id" not in widget.attrs:
        given.setdefault("id", field.auto_id)
    found: dict[str, Any] = widget.build_attrs(widget.attrs, given)
    return found


def _input(field: BoundField, attributes: dict[str, str | bool]) -> SafeString:
    """The same as Django's own, which renders two templates for it."""
    widget = field.field.widget
    drawn = widget.get_context(field.html_name, field.value(), _attributes(field, attributes))["widget"]
    value = "" if drawn["value"] is None else format_html(' value="{}"', drawn["value"])
    attrs = flatatt(drawn["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', drawn["type"], drawn["name"], value, attrs)


def _select(field: BoundField, attributes: dict[str, str | bool]) -> SafeString:
    """The same as Django's own, which renders one template for each choice: an eighth of a list's whole cost."""
    widget = field.field.widget
    options = _options(widget.choices, frozenset(widget.format_value(field.value())))
    return format_html(
        '<select name="{}"{}>{}</select>',
        field.html_name,
        flatatt(_attributes(field, attributes)),
        mark_safe("".join(options)),  # noqa: S308 - every option is escaped
    )


def _options(choices: Iterable[tuple[Any, Any]], chosen: frozenset[str]) -> Iterator[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield f'<optgroup label="{conditional_escape(value)}">{"".join(_options(label, chosen))}</optgroup>'
            continue
        word = "" if value is None else str(value)
        mark = " selected" if word in chosen else ""
        yield f'<option value="{conditional_escape(word)}"{mark}>{conditional_escape(label)}</option>'


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether each choice is an input of its own (radios, checkboxes)."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def parts(field: BoundField) -> list[dict[str, Any]]:
    """The inputs of a date given in three fields, each with its own label; empty for any other widget."""
    widget = field.field.widget
    if not isinstance(widget, forms.SelectDateWidget):
        return []
    labels = {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")}
    drawn = widget.get_context(field.html_name, field.value(), {"id": field.auto_id, "class": "ds-input"})
    inputs = drawn["widget"]["subwidgets"]
    return [_part(part, labels[part["name"].rsplit("_", 1)[1]], field) for part in inputs]


def _part(widget: dict[str, Any], label: str, field: BoundField) -> dict[str, str]:
    renderer = field.form.renderer
    control = mark_safe(renderer.render(widget["template_name"], {"widget": widget}))  # noqa: S308 - Django's own
    return {"label": label, "id": widget["attrs"]["id"], "control": control}
