"""How much may be sent to a page. What is typed is bounded as a whole; only a body that can hold files may be larger.

Werkzeug holds MAX_FORM_MEMORY_SIZE and MAX_FORM_PARTS against the parts of a multipart body, each by itself, and
against nothing of an urlencoded one.
"""

from typing import IO, Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

FILES_COME_IN = "multipart/form-data"


class BoundedParser(FormDataParser):
    """Refuses a form that holds more than a form may, however it was sent."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None) -> Any:
        most, most_fields = self.max_form_memory_size, self.max_form_parts
        if mimetype != FILES_COME_IN and most is not None and (content_length or 0) > most:
            raise RequestEntityTooLarge
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        typed = [(name, value) for name, values in form.lists() for value in values]
        size = sum(len(name) + len(value) for name, value in typed)
        if (most is not None and size > most) or (most_fields is not None and len(typed) > most_fields):
            for file in files.values():
                file.close()
            raise RequestEntityTooLarge
        return rest, form, files


class BoundedRequest(Request):
    """A request whose form is at most as large as a form may be."""

    form_data_parser_class = BoundedParser
