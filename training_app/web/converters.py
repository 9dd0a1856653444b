"""How the pieces of an address are read. What no row can have is an address that does not exist."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

LARGEST_ROW = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` in a route: the number of a row, no larger than every database can hold."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ROW)


class Word(UnicodeConverter):
    """`<…>` in a route. PostgreSQL holds no text with a zero byte in it, and cannot even be asked for one."""

    def to_python(self, value: str) -> str:
        if "\x00" in value:
            raise ValidationError
        return str(super().to_python(value))


def init_app(app: Flask) -> None:
    app.url_map.converters.update(int=RowNumber, default=Word)
