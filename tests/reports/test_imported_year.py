"""A year that came from a file alone: headcounts, gaps and awkward titles are reported as they are."""

import json
from datetime import UTC, datetime

import pytest

from training_app import clock
from training_app.database import transaction
from training_app.programme.files.loading import import_programme
from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.cli import report_group
from training_app.reports.pages import Presentation
from training_app.reports.queries.yearly import compile_yearly

HEADER = (
    "course_title,course_type,session_date,start,end,format,venue,priority,provider,capacity,attendees,source,note\n"
)
FILE = HEADER + """\
"Children's ""Voice"", heard",core,2025-05-13,09:30,12:30,online,MS Teams,Neglect,Pool,30,21,office,
"Children's ""Voice"", heard",core,2025-06-17,18:00,20:30,in_person,"City Hall, Leicester",,Pool,24,0,office,Nobody came
DSL Initial,dsl_initial,2025-07-02,09:30,12:30,blended_two_part,MS Teams,Belonging; Neglect,Pool,24,17,office,
DSL Refresher,dsl_refresher,2025-09-04,16:00,18:30,online,MS Teams,An old priority,Pool,24,,office,
Annual conference,conference,2025-10-09,09:30,16:00,in_person,Arena,Belonging,Guests,200,150,office,
Briefing,briefing,2026-03-31,10:00,11:00,online,MS Teams,,Pool,60,,office,No data: the recording failed. Ask again
"""
BESIDE = HEADER + """\
Safeguarding Matters Live (July 2025),briefing,2025-07-10,10:00,12:00,online,MS Teams,,Boards,900,401,office,Evaluated separately
Leads' Forum,forum,2025-11-05,13:30,15:30,in_person,"Oakham, Rutland",,Office,40,,office,
"""  # noqa: E501 (rows of a file)
YEAR = BusinessYear(2025)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def imported(in_app):
    for _ in range(2):
        with transaction():
            import_programme(FILE, beside_programme=False, actor_id=None, now=clock.now())
            import_programme(BESIDE, beside_programme=True, actor_id=None, now=clock.now())
    return in_app


def test_the_year_is_reported_right_though_imported_twice(imported):
    told = compile_yearly(YEAR, NOW).to_dict()
    much = told["how_much"]
    assert (much["sessions"]["value"], much["courses"]["value"]) == (6, 5)
    attendances = much["attendances"]
    assert (attendances["value"], attendances["by_name"], attendances["by_headcount"]) == (188, 0, 188)
    assert (attendances["sessions_with_data"], attendances["sessions_without_data"]) == (4, 2)
    assert (much["dsl"]["sessions"], much["dsl"]["attendances"]) == (2, 17)
    live = much["safeguarding_matters_live"]
    assert (live["sessions"], live["attendances"]) == (1, 401)
    assert (much["evening_sessions"], much["twilight_sessions"]) == (1, 1)
    assert [(one["reason"], one["sessions"]) for one in much["no_data"]] == [
        ("Not given", 1),
        ("The recording failed", 1),
    ]


def test_a_session_with_nobody_is_a_nought_and_a_session_with_no_data_is_not(imported):
    lines = {one["label"]: one for one in compile_yearly(YEAR, NOW).to_dict()["how_much"]["by_strand"]}
    assert (lines["Core"]["attendances"], lines["Core"]["sessions_with_data"]) == (21, 2)
    assert lines["DSL Refresher"]["attendances"] is None
    assert lines["DSL Refresher"]["take_up"]["share"] is None


def test_priorities_of_the_plan_in_force_count_each_and_unknown_text_counts_as_none(imported):
    told = compile_yearly(YEAR, NOW).to_dict()["how_much"]["by_priority"]["lines"]
    assert {one["label"]: one["sessions"] for one in told} == {
        "Neglect": 2, "Child Sexual Abuse": 0, "Harm Outside the Home": 0, "Belonging": 2, "No priority in force": 3,
    }  # fmt: skip


def test_a_priority_without_a_session_is_listed_as_none(imported):
    report = compile_yearly(YEAR, NOW)
    rows = {label: cells for label, *cells in Presentation(report).rows(report.how_much.by_priority)}
    assert rows["Child Sexual Abuse"] == ["None", "–", "–"] and rows["Neglect"][0] == "2 of 2"


def test_a_year_without_forms_has_no_response_rate(imported):
    told = compile_yearly(YEAR, NOW).to_dict()
    rate = told["how_well"]["response_rate"]
    assert (rate["numerator"], rate["denominator"], rate["share"]) == (0, 38, None)
    assert rate["not_calculable"] == "no evaluation form of this year is held here"
    assert "1 session evaluated separately (150 attendances)" in rate["left_out"]
    assert told["what_difference"]["ratings"] == []


def test_the_command_prints_the_same_as_json(imported):
    outcome = imported.test_cli_runner().invoke(report_group, ["yearly", "--year", "2025-26", "--format", "json"])
    assert outcome.exit_code == 0, outcome.output
    printed = json.loads(outcome.output)
    assert printed["how_much"]["attendances"]["value"] == 188
    assert printed["how_much"]["large_events"][0]["title"] == "Annual conference"


def test_the_command_writes_a_page_that_stands_alone(imported, tmp_path):
    file = tmp_path / "report.html"
    runner = imported.test_cli_runner()
    outcome = runner.invoke(report_group, ["yearly", "--year", "2025-26", "--format", "html", "-o", str(file)])
    assert outcome.exit_code == 0, outcome.output
    text = file.read_text(encoding="utf-8")
    assert "Are we improving our ability to keep children safe" in text
    assert "href=\"/" not in text
    assert "src=" not in text


@pytest.mark.parametrize("year", ["2025", "2025-27", "twenty", "2025-2026", "1899-00"])
def test_a_year_that_is_none_is_refused_with_a_sentence(imported, year):
    outcome = imported.test_cli_runner().invoke(report_group, ["yearly", "--year", year])
    assert outcome.exit_code == 2
    assert "write it like 2024-25" in outcome.output


def test_a_year_without_sessions_is_noughts_and_unknowns_not_a_crash(imported):
    told = compile_yearly(BusinessYear(2019), NOW).to_dict()
    assert told["how_much"]["sessions"]["value"] == 0
    assert told["how_well"]["response_rate"]["share"] is None
