"""Times and dates as people type them."""

from datetime import date, time
from time import perf_counter

import pytest

from training_app.words.dates import long_date, read_date, read_date_of_file, short_date
from training_app.words.numbers import read_whole_number
from training_app.words.times import HOW_A_TIME_LOOKS, read_time, read_time_of_file, says_which_half


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30am", time(9, 30)), ("09:30", time(9, 30)), ("9.30 a.m.", time(9, 30)), ("0930", time(9, 30)),
        ("930", time(9, 30)), (" 9:30AM ", time(9, 30)), ("14.00", time(14)), ("14:00", time(14)), ("2pm", time(14)),
        ("2 p.m.", time(14)), ("2:00 pm", time(14)), ("14h00", time(14)), ("12pm", time(12)), ("noon", time(12)),
        ("12 noon", time(12)), ("midday", time(12)), ("12am", time(0)), ("12:30 am", time(0, 30)), ("00:00", time(0)),
        ("23:59", time(23, 59)), ("9", time(9)), ("16", time(16)), ("14:00pm", time(14)),
        ("9:30 AM", time(9, 30)), ("9:30\u202fAM", time(9, 30)), ("09:30:00", time(9, 30)),
        ("9:30:00 PM", time(21, 30)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, meant):
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "half past nine", "24:00", "25:00", "9:60", "13am", "0am", "0pm", "9:3", "9:30xm", "11 noon", "-9", "٩:30",
     "9:30am to 4pm", "<b>", "9" * 400, "9:30:15"],
)
def test_what_is_no_time_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=HOW_A_TIME_LOOKS):
        read_time(typed)


@pytest.mark.parametrize("typed", ["4", "7", "1"])
def test_a_bare_small_hour_is_asked_back(typed):
    with pytest.raises(ValueError, match=f"Say whether {typed} is morning or afternoon, like {typed}am"):
        read_time(typed)


@pytest.mark.parametrize(
    "typed",
    ["28 March 2027", "28/3/2027", "28.03.2027", "2027-03-28", "28 mar 2027", "28/3/27", "Sunday 28 March 2027",
     "sun, 28th March 2027", "28th March 2027", "28-Mar-27", "28 of March, 2027", "March 28, 2027",
     "2027-03-28 00:00:00", "2027-03-28T00:00:00", "28/03/2027 00:00", " 28/03/2027 "],
)
def test_a_date_is_read_day_before_month(typed):
    assert read_date(typed) == date(2027, 3, 28)


@pytest.mark.parametrize("day", [date(2027, 9, 23), date(2028, 2, 29), date(2024, 12, 31), date(2027, 5, 1)])
def test_a_date_is_read_as_it_is_written(day):
    assert read_date(long_date(day)) == read_date(short_date(day)) == read_date(day.isoformat()) == day
    assert read_date(f"{day} 00:00:00") == day


@pytest.mark.parametrize(
    "typed",
    ["", "tomorrow", "28/3/7", "28/3/027", "March 2027", "2027", "Thursday", "28 Marching 2027", "2027-03-28 09:30",
     "28 March 2027 or so", "1 2 3 4", "9" * 400, "a1 " * 19, "٢٨/3/2027", "28 March 0000", "20270328"],
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError, match="Enter a date like 23 May 2027"):
        read_date(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31 September 2027", "There is no 31 September: September has 30 days"),
        ("Friday 31 June 2027", "There is no 31 June: June has 30 days"),
        ("29 February 2027", "There is no 29 February 2027: February 2027 has 28 days"),
        ("2027-02-29", "There is no 29 February 2027: February 2027 has 28 days"),
        ("30/2/2028", "There is no 30 February 2028: February 2028 has 29 days"),
        ("30 February", "There is no 30 February: February has 29 days"),
        ("31st April", "There is no 31 April: April has 30 days"),
        ("0 May 2027", "There is no 0 May: May has 31 days"),
        ("3/28/2027", "There is no month 28. Write the day first, then the month, like 23 May 2027"),
        ("2027-13-01", "There is no month 13. Write the day first, then the month, like 23 May 2027"),
        ("Friday 23 September 2027", "23 September 2027 is a Thursday, not a Friday. Change the one that is wrong"),
        ("28 March", "Say which year, like 28 March 2027"),
        ("Tuesday 23rd September", "Say which year, like 23 September 2027"),
        ("29 Feb", "Say which year, like 29 February 2028"),
    ],
)
def test_a_day_that_cannot_be_says_what_is_wrong_with_it(typed, said):
    with pytest.raises(ValueError) as refusal:
        read_date(typed)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("typed", "near", "meant"),
    [
        ("23rd September", date(2027, 6, 10), date(2027, 9, 23)),
        ("Thursday 23 September", date(2027, 6, 10), date(2027, 9, 23)),
        ("14 January", date(2027, 12, 10), date(2028, 1, 14)),
        ("14/12", date(2028, 1, 10), date(2027, 12, 14)),
        ("29 February", date(2027, 6, 10), date(2028, 2, 29)),
        ("23 September 2029", date(2027, 6, 10), date(2029, 9, 23)),
    ],
)
def test_a_day_without_a_year_is_the_closest_one_where_that_is_known(typed, near, meant):
    assert read_date(typed, near) == meant


def test_a_weekday_is_held_against_the_closest_day_too():
    with pytest.raises(ValueError, match="23 September 2027 is a Thursday, not a Friday"):
        read_date("Friday 23 September", date(2027, 6, 10))


def test_long_nonsense_is_refused_at_once():
    began = perf_counter()
    with pytest.raises(ValueError):
        read_date("a" * 59 + "!")
    assert perf_counter() - began < 1


def test_a_file_says_what_is_wrong_without_a_form_in_mind():
    with pytest.raises(ValueError, match=r"not a date\. Write year, month and day like 2024-05-23, or 23/05/2024"):
        read_date_of_file("soon")
    with pytest.raises(ValueError, match=r"not a date\. There is no 31 September: September has 30 days"):
        read_date_of_file("31/09/2027")
    assert read_time_of_file("9.30am") == time(9, 30)
    for typed in ("10", "0.395833", "9", "soon"):
        with pytest.raises(ValueError, match=r"not a time\. Write hours and minutes like 09:30"):
            read_time_of_file(typed)


@pytest.mark.parametrize(("typed", "says"), [("9:30am", True), ("1.30 P.M.", True), ("noon", True), ("1.30", False)])
def test_whether_a_time_says_which_half_of_the_day(typed, says):
    assert says_which_half(typed) is says


@pytest.mark.parametrize(
    ("typed", "number"), [("25", 25), ("25.0", 25), ("1,000", 1000), ("1,000.00", 1000), (" 0 ", 0), ("1000", 1000)]
)
def test_a_whole_number_is_read_as_people_and_spreadsheets_write_it(typed, number):
    assert read_whole_number(typed) == number


@pytest.mark.parametrize("typed", ["", "-1", "24.5", "1,00", "10,00", "1 000", "25,0", "many", "１８", "9" * 5000])
def test_what_is_no_whole_number_is_refused(typed):
    with pytest.raises(ValueError):
        read_whole_number(typed)
