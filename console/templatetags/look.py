"""Form fields in the console's own look, whoever wrote the form."""

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect

register = template.Library()


@register.filter
def inked(field: BoundField) -> BoundField:
    """The field with our class on its input, no placeholder repeating the label, its error tied to it."""
    attributes = field.field.widget.attrs
    if not isinstance(field.field.widget, CheckboxInput | RadioSelect):
        attributes["class"] = "in"
    attributes.pop("placeholder", None)
    if field.errors:
        attributes["aria-invalid"] = "true"
        attributes["aria-describedby"] = f"{field.id_for_label}_error"
    return field
