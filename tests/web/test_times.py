"""Times and dates as people type them."""

from datetime import date, time

import pytest

from training_app.words.dates import read_date
from training_app.words.times import HOW_A_TIME_LOOKS, read_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30am", time(9, 30)), ("09:30", time(9, 30)), ("9.30 a.m.", time(9, 30)), ("0930", time(9, 30)),
        ("930", time(9, 30)), (" 9:30AM ", time(9, 30)), ("14.00", time(14)), ("14:00", time(14)), ("2pm", time(14)),
        ("2 p.m.", time(14)), ("2:00 pm", time(14)), ("14h00", time(14)), ("12pm", time(12)), ("noon", time(12)),
        ("12 noon", time(12)), ("midday", time(12)), ("12am", time(0)), ("12:30 am", time(0, 30)), ("00:00", time(0)),
        ("23:59", time(23, 59)), ("9", time(9)), ("16", time(16)), ("14:00pm", time(14)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, meant):
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "half past nine", "24:00", "25:00", "9:60", "13am", "0am", "0pm", "9:3", "9:30xm", "11 noon", "-9", "٩:30",
     "9:30am to 4pm", "<b>", "9" * 400],
)
def test_what_is_no_time_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=HOW_A_TIME_LOOKS):
        read_time(typed)


@pytest.mark.parametrize("typed", ["4", "7", "1"])
def test_a_bare_small_hour_is_asked_back(typed):
    with pytest.raises(ValueError, match=f"Say whether {typed} is morning or afternoon, like {typed}am"):
        read_time(typed)


@pytest.mark.parametrize("typed", ["28 March 2027", "28/3/2027", "28.03.2027", "2027-03-28", "28 mar 2027", "28/3/27"])
def test_a_date_is_read_day_before_month(typed):
    assert read_date(typed) == date(2027, 3, 28)


@pytest.mark.parametrize(
    "typed", ["", "31 June 2027", "3/28/2027", "28 March", "tomorrow", "3/28/27", "28/3/7", "28/3/027"]
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError, match="Enter a date like 23 May 2027"):
        read_date(typed)
