"""What addresses of every room may hold of the programme: a business year."""

from typing import Any

from werkzeug.routing import BaseConverter, ValidationError

from training_app.programme.rules.business_year import BusinessYear


class YearConverter(BaseConverter):
    """`<year:…>` in a route: a business year as people write it, 2024-25. Anything else is no address."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> BusinessYear:
        try:
            return BusinessYear.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def to_url(self, value: Any) -> str:
        """A year, or the same already written."""
        return super().to_url(str(value))


url_converters = {"year": YearConverter}
