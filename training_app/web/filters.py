"""How dates, times and numbers are written on a page: the same everywhere."""

from datetime import time

from flask import Flask

from training_app.words.dates import deadline, long_date, moment, short_date
from training_app.words.numbers import counted, in_words, one_decimal, percent, signed, thousands
from training_app.words.times import clock_time, on_one_line, time_range


def init_app(app: Flask) -> None:
    rules = (
        long_date, short_date, clock_time, moment, deadline, thousands, in_words, one_decimal, signed, percent,
        on_one_line,
    )
    for rule in rules:
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.globals.update(time_range=_hours, counted=counted)


def _hours(start: time, end: time) -> str:
    return on_one_line(time_range(start, end))
