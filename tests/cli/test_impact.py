"""`flask impact FILE.csv`: ratings from a file, as JSON and in sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.impact.reference import OWN_CASES, cases_in, differences
from training_app.cli.impact import impact_command


def _run(folder: Path, content: str | bytes, *options: str) -> Result:
    file = folder / "ratings.csv"
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return CliRunner().invoke(impact_command, [str(file), *options])


def _figures(folder: Path, content: str | bytes, *options: str, exit_code: int = 0) -> dict[str, Any]:
    ran = _run(folder, content, "--json", *options)
    assert ran.exit_code == exit_code, ran.output
    return json.loads(ran.stdout)


def _refusals(figures: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in figures["rejected"]]


CASES = [case for case in cases_in(OWN_CASES) if case.kind == "paired"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("as_counts", [False, True], ids=["rows", "counts"])
def test_reference_cases_through_the_command(case: Any, as_counts: bool, tmp_path: Path) -> None:
    pairs = list(zip(case.data["pre"], case.data["post"], strict=True))
    if as_counts:
        lines = [f"{pairs.count(pair)},{pair[1]},{pair[0]}" for pair in sorted(set(pairs))]
        content = "\n".join(["count,after,before", *lines])
    else:
        content = "\n".join(["before,after", *(f"{before},{after}" for before, after in pairs)])
    scale = (str(case.data["scale_min"]), str(case.data["scale_max"]))
    figures = _figures(tmp_path, content, "--scale", *scale)
    assert figures.pop("rejected") == []
    assert set(figures) == set(case.expected)
    for key, expected in case.expected.items():
        if expected is None:
            assert figures[key] is None, key
        elif not isinstance(expected, dict):
            assert differences(case, expected, figures[key], key) == []
        else:
            for name, value in expected.items():
                found = figures[key][name]
                assert found is value is None or not differences(case, value, found, name), (key, name)


TYPED = """before,after
5,7
10/10,8
6.5,7
0,3
11,4
,6
9,N/A
" 5 ","8"
seven,eight
3,3.0
None,
\u00a04\u00a0,False
"""


def test_cells_as_people_type_them(tmp_path: Path) -> None:
    figures = _figures(tmp_path, TYPED)
    assert (figures["n_pairs"], figures["n_pre_only"], figures["n_post_only"]) == (3, 1, 1)
    assert (figures["mean_pre"], figures["mean_post"]) == (pytest.approx(13 / 3), 6.0)
    assert _refusals(figures) == [
        (1, "before", "10/10", "“10/10”: type the number alone"),
        (2, "before", "6.5", "6.5 is not a whole number"),
        (3, "before", "0", "0 is not between 1 and 10"),
        (4, "before", "11", "11 is not between 1 and 10"),
        (8, "before", "seven", "“seven” is not a number"),
        (8, "after", "eight", "“eight” is not a number"),
        (11, "after", "False", "“False” is not a number"),
    ]


def test_plain_print_names_the_line_of_the_file(tmp_path: Path) -> None:
    ran = _run(tmp_path, TYPED)
    assert ran.exit_code == 1
    assert ran.output.splitlines()[0] == (
        "6 of 12 lines could not be read and are left out: 2 with a number off the scale, like “0”; 2 with words in "
        "place of a number, like “seven”; 1 with more than a number in a cell, like “10/10”; 1 with a number that is "
        "not whole, like “6.5”."
    )
    assert "3 people rated themselves both before and after" in ran.output
    assert "Left out: 1 with a rating before only, 1 with one after only." in ran.output
    assert "Not taken (7):" in ran.output
    assert "line 3, before: “10/10”: type the number alone" in ran.output
    assert "line 10, after: “eight” is not a number" in ran.output
    assert "do not publish it" in ran.output


WORDS = "before,after\n7 - Very confident,9 - Extremely confident\n4 - Not very confident,6 - Fairly confident\n"


def test_a_file_of_words_says_so_first_and_nothing_of_people(tmp_path: Path) -> None:
    ran = _run(tmp_path, WORDS)
    assert ran.exit_code == 1
    assert ran.output.splitlines()[:2] == [
        "2 of 2 lines could not be read and are left out: 2 with more than a number in a cell, like “7 - Very "
        "confident”.",
        "Nothing is known of any change. Write each rating as the number alone and try again.",
    ]
    assert "line 3, after: “6 - Fairly confident”: type the number alone" in ran.output
    for wrong in ("Nobody", "nobody", "Technical detail", "0 people"):
        assert wrong not in ran.output
    as_json = _run(tmp_path, WORDS, "--json")
    assert as_json.exit_code == 1
    assert as_json.stderr.startswith("2 of 2 lines could not be read") and as_json.stderr.count("\n") == 1
    figures = json.loads(as_json.stdout)
    assert (figures["n_pairs"], len(figures["rejected"])) == (0, 4)
    assert set(figures["rejected"][0]) == {"row", "column", "value", "reason"}


def test_lines_left_out_do_not_say_what_nobody_did(tmp_path: Path) -> None:
    ran = _run(tmp_path, "before,after\n8/10,9/10\n5,\n")
    assert ran.exit_code == 1
    assert ran.output.splitlines()[:2] == [
        "1 of 2 lines could not be read and is left out: 1 with more than a number in a cell, like “8/10”.",
        "No line that could be read has a rating both before and after, so nothing is known of any change.",
    ]
    assert "Nobody" not in ran.output and "nobody" not in ran.output


def test_a_file_without_ratings_says_that(tmp_path: Path) -> None:
    for content in ("before,after\n", "before,after\n,\n"):
        ran = _run(tmp_path, content)
        assert (ran.exit_code, ran.output) == (
            0, "There are no ratings under the first line, so nothing is known of any change.\n"
        )


@pytest.mark.parametrize(
    "summary", ["Average,6,8", "average:,6.5,8.5", "MEAN,6,8", "Total,12,16", "Overall average,6,8", "Mean score,6,8"]
)
def test_a_line_of_averages_is_no_person(tmp_path: Path, summary: str) -> None:
    content = f"name,before,after\nAnn,5,7\n{summary}\nBen,7,9\n"
    figures = _figures(tmp_path, content)
    assert (figures["n_pairs"], figures["mean_pre"]) == (2, 6.0)
    label = summary.split(",")[0]
    assert _refusals(figures) == [(1, None, label, f"“{label}”: this line sums up the others and is no person's")]
    ran = _run(tmp_path, content)
    assert ran.output.splitlines()[0] == (
        f"1 of 3 lines could not be read and is left out: 1 with an average or a total, like “{label}”."
    )


def test_a_line_of_averages_may_have_its_label_in_the_place_of_a_rating(tmp_path: Path) -> None:
    figures = _figures(tmp_path, "before,after\n5,7\nAverage,6.2\n")
    assert _refusals(figures) == [
        (1, "before", "Average", "“Average”: this line sums up the others and is no person's")
    ]


def test_the_last_line_may_say_so_anywhere_and_words_of_people_are_none(tmp_path: Path) -> None:
    figures = _figures(tmp_path, "before,after,how was it\n5,7,average\n6,8,good\n5,7,Average\n")
    assert (figures["n_pairs"], [one["row"] for one in figures["rejected"]]) == (2, [2])


def test_line_numbers_survive_blank_lines_and_cells_of_several_lines(tmp_path: Path) -> None:
    content = 'note,before,after\r\n\r\n"two\r\nlines",5,7\r\n\r\nlast,x,7\r\n'
    assert _refusals(_figures(tmp_path, content))[0][0] == 1
    assert "line 6, before: “x” is not a number" in _run(tmp_path, content).output


def test_sentences_of_an_ordinary_class(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "scp_like_n40")
    rows = [f"{b},{a}" for b, a in zip(case.data["pre"], case.data["post"], strict=True)]
    output = _run(tmp_path, "\n".join(["before,after", *rows])).output
    assert "40 people rated themselves both before and after, from 1 to 10." in output
    assert "34 of 40 rated themselves higher afterwards, 5 the same and 1 lower." in output
    assert (
        "The average rose 1.8 points, from 5.8 to 7.6; "
        "allowing for chance, the change is likely between 1.4 and 2.2." in output
    )
    assert "p, paired t" in output and "under 0.0001" in output
    assert "do not publish" not in output
    for banned in ("significant", "proves", "no effect", "nan", "None"):
        assert banned not in output


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("6,8", "1 person rated themselves both before and after"),
        ("6,8", "a range cannot be calculated, because one pair has no spread to judge by"),
        ("7,7\n5,5", "The average stayed the same, at 6.0"),
        ("8,7\n7,5\n9,8", "The average fell 1.3 points, from 8.0 to 6.7"),
        ("1,10\n1,9\n1,1", "between −6.6 and 9.0"),
        (",5", "Nobody rated themselves both before and after"),
        (",5", "not calculable: nobody gave a rating both before and after"),
        ("10,10\n10,10", "not calculable: everybody was at the top of the scale before"),
    ],
)
def test_sentences_when_there_is_little_to_say(tmp_path: Path, rows: str, sentence: str) -> None:
    assert sentence in _run(tmp_path, f"before,after\n{rows}\n").output


def test_nobody_is_an_answer_too(tmp_path: Path) -> None:
    for content, exit_code in (("before,after\n", 0), ("before,after\n,\n", 0), ("before,after\nx,1\n", 1)):
        figures = _figures(tmp_path, content, exit_code=exit_code)
        assert figures["n_pairs"] == 0
        assert figures["mean_change"] is None and figures["ci95_t"] is None


def test_counts(tmp_path: Path) -> None:
    content = "before,after,count\n5,7,1000000\n6,6,\"500,000\"\n,8,3.0\n4,,2\n7,8,0\n,,\n"
    figures = _figures(tmp_path, content)
    assert (figures["n_pairs"], figures["n_pre_only"], figures["n_post_only"]) == (1_500_000, 2, 3)
    assert figures["mean_change"] == pytest.approx(4 / 3)
    assert figures["rejected"] == []


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        ("", "the count is missing"),
        ("n/a", "the count is missing"),
        ("-1", "-1 is not between 0 and 1000000000"),
        ("2.5", "2.5 is not a whole number"),
        ("many", "“many” is not a number"),
        ('"1,00"', "“1,00”: type the number alone"),
        ("99999999999", "99999999999 is not between 0 and 1000000000"),
    ],
)
def test_bad_counts_leave_their_line_out(tmp_path: Path, count: str, reason: str) -> None:
    figures = _figures(tmp_path, f"before,after,count\n5,7,{count}\n6,8,4\n")
    assert figures["n_pairs"] == 4
    assert [(r[:2], r[3]) for r in _refusals(figures)] == [((0, "count"), reason)]


def test_every_bad_cell_of_a_line_is_named(tmp_path: Path) -> None:
    figures = _figures(tmp_path, "before,after,count\nx,y,z\n", exit_code=1)
    assert [r[1] for r in _refusals(figures)] == ["before", "after", "count"]


def test_a_line_with_too_many_cells_is_not_guessed_at(tmp_path: Path) -> None:
    figures = _figures(tmp_path, "before,after\n7,5,8\n5,7,,\n5\n")
    assert _refusals(figures) == [(0, None, "7,5,8", "the line has 3 cells and the first line of the file 2")]
    assert (figures["n_pairs"], figures["n_pre_only"]) == (1, 1)
    assert "line 2: the line has 3 cells" in _run(tmp_path, "before,after\n7,5,8\n").output


@pytest.mark.parametrize(
    "content",
    [
        "before,after,trainer's name\n5,7,O'Brien\n",
        'Before, AFTER ,"the trainer\'s ""own"" words, in full"\n5,7,"a, b"\n',
        "\ufeffbefore,after\n5,7\n",
        '\ufeff"before","after"\n5,7\n',
        "after,before\n7,5\n",
        "before,after\r5,7\r",
        "before,after\r\n5,7",
        "\n\nbefore,after\n5,7\n",
        'id,before,comment,after\n1,5,"said ""6"" first",7\n',
    ],
    ids=ascii,
)
def test_headers_and_line_ends_of_many_programs(tmp_path: Path, content: str) -> None:
    figures = _figures(tmp_path, content)
    assert (figures["n_pairs"], figures["mean_pre"], figures["mean_post"]) == (1, 5.0, 7.0)
    assert figures["rejected"] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "“ratings.csv” is empty."),
        (" \n\n", "“ratings.csv” is empty."),
        ("\ufeff", "“ratings.csv” is empty."),
        (
            "pre,post\n5,7\n",
            "“ratings.csv” needs the columns before and after; its first line has: pre, post.",
        ),
        ("before,,later\n5,7,8\n", "its first line has: before, (blank), later."),
        ("5,7\n6,8\n", "needs the columns before and after; its first line has: 5, 7."),
        (
            "before;after\n5;7\n",
            "“ratings.csv” separates its columns with semicolons; save it with commas instead.",
        ),
        (
            "before\tafter\n5\t7\n",
            "“ratings.csv” separates its columns with tabs; save it with commas instead.",
        ),
        ("before,after,before\n5,7,5\n", "“ratings.csv” has the column before more than once."),
        ('before,after\n5,7\n"6,8\n7,9\n', "cannot be read from line 3 on: its quotation marks do not match"),
        ('before,after\n5,7\n"6"x,8\n', "cannot be read from line 3 on: its quotation marks do not match"),
        ("before,after\n5," + "7" * 200_000 + "\n", "or a cell is far too long"),
        (
            "before,after\n5,é\n".encode("latin-1"),
            "“ratings.csv” is not text in UTF-8; save it as a CSV file",
        ),
        ("before,after\n5,7\n".encode("utf-16"), "“ratings.csv” is not text in UTF-8"),
        (b"PK\x03\x04\x14\x00\xff\xfe", "“ratings.csv” is not text in UTF-8"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_cannot_be_read_gets_one_sentence_and_exit_code_2(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    for options in ((), ("--json",)):
        ran = _run(tmp_path, content, *options)
        assert ran.exit_code == 2
        assert sentence in ran.stderr
        assert ran.stdout == ""
        assert ran.stderr.count("\n") == 1
        assert "Traceback" not in ran.output


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, sentence in ((tmp_path / "gone.csv", "no such file"), (tmp_path, "is a directory")):
        ran = CliRunner().invoke(impact_command, [str(path)])
        assert ran.exit_code == 2
        assert sentence in ran.stderr and ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        (("10", "1"), "the lower first"),
        (("5", "5"), "the lower first"),
        (("0", "5000"), "at most 1001 points"),
        (("1", "ten"), "not a valid integer"),
    ],
)
def test_a_scale_that_is_none(tmp_path: Path, scale: tuple[str, str], sentence: str) -> None:
    ran = _run(tmp_path, "before,after\n5,7\n", "--scale", *scale)
    assert ran.exit_code == 2
    assert sentence in ran.stderr


def test_another_scale_and_a_negative_one(tmp_path: Path) -> None:
    figures = _figures(tmp_path, "before,after\n0,5\n6,5\n", "--scale", "0", "5")
    assert (figures["n_pairs"], figures["n_post_at_max"]) == (1, 1)
    assert figures["rejected"][0]["reason"] == "6 is not between 0 and 5"
    figures = _figures(tmp_path, "before,after\n-2,3\n", "--scale", "-3", "3")
    assert figures["mean_change"] == 5.0


def test_needs_no_application(tmp_path: Path) -> None:
    """No app context is pushed here at all; the command must not ask for one."""
    from flask import has_app_context

    assert not has_app_context()
    assert _run(tmp_path, "before,after\n5,7\n").exit_code == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_terminal_can_show_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("before,after\n5,7\n8,7\n10/10,\u0666\n", encoding="utf-8")
    ran = CliRunner(charset=encoding).invoke(impact_command, [str(file)])
    assert ran.exit_code == 1 and isinstance(ran.exception, SystemExit), ran.exception
    wanted = "“10/10”" if encoding in ("utf-8", "cp1252") else '"10/10"'
    assert f"line 4, before: {wanted}: type the number alone" in ran.output
