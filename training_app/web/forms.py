"""The base of every form: spaces and unseen signs trimmed once, errors gathered for the summary, CSRF always on."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from training_app.words.signs import without_unseen


def _trim(value: Any) -> Any:
    # A zero byte cannot be typed, and PostgreSQL refuses it.
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def _on_one_line(value: Any) -> Any:
    """A name, a title, an address: what nobody can see was pasted along, and is not part of it."""
    return without_unseen(value).strip() if isinstance(value, str) else value


def at_most(letters: int) -> Callable[[Any, Field], None]:
    """The check that a text is no longer than this; what is refused says how long it is."""

    def check(form: Any, field: Field) -> None:
        typed = len(field.data or "")
        if typed > letters:
            raise ValidationError(f"Use at most {letters:,} letters. These are {typed:,}: {typed - letters:,} too many")

    return check


def read_by(reader: Callable[[str], Any], *, keep: bool = False) -> Callable[[Any, Field], None]:
    """The check that this reader takes what was typed; the sentence it refuses with is shown at the field.

    With `keep`, what was read takes the place of what was typed.
    """

    def check(form: Any, field: Field) -> None:
        try:
            found = reader(field.data or "")
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong
        if keep:
            field.data = found

    return check


def row_number(text: str | None) -> int | None:
    """The number of a row as a form sends it; None for anything that no row of a database is numbered with."""
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


class Form(FlaskForm):
    """Shape of input only; what may be done with it is decided by a rule."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, StringField):
                filters = tuple(unbound_field.kwargs.get("filters", ()))
                if _trim not in filters:
                    # Several lines may hold signs that join others on purpose; what is hidden is what a page made.
                    free = issubclass(unbound_field.field_class, TextAreaField | HiddenField)
                    unbound_field.kwargs["filters"] = (*filters, _trim, *([] if free else [_on_one_line]))
            return unbound_field.bind(form=form, **options)

    def error_list(self) -> list[dict[str, str]]:
        """What the error summary shows: each message, linked to its field."""
        return [
            {"text": str(message), "href": f"#{self[name].id}"}
            for name, messages in self.errors.items()
            if name is not None
            for message in messages
        ]
