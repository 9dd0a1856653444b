"""How dates, times and numbers are written on a page: the same everywhere."""

from flask import Flask

from training_app.words.dates import deadline, long_date, moment, short_date
from training_app.words.numbers import counted, in_words, one_decimal, percent, signed, thousands
from training_app.words.times import clock_time, time_range


def init_app(app: Flask) -> None:
    rules = (long_date, short_date, clock_time, moment, deadline, thousands, in_words, one_decimal, signed, percent)
    for rule in rules:
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.globals.update(time_range=time_range, counted=counted)
