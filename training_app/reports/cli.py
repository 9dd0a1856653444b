import json
from pathlib import Path

import click
from flask import current_app, render_template
from flask.cli import AppGroup

from training_app import clock
from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.pages import Presentation
from training_app.reports.queries.yearly import compile_yearly
from training_app.reports.results.yearly import YearlyReport

report_group = AppGroup("report", help="Print a report.")


class YearParameter(click.ParamType[BusinessYear]):
    name = "year"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> BusinessYear:
        if isinstance(value, BusinessYear):
            return value
        try:
            return BusinessYear.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@report_group.command("yearly")
@click.option("--year", type=YearParameter(), required=True, help="A business year, such as 2024-25.")
@click.option("--format", "form", type=click.Choice(["html", "json"]), default="html", show_default=True)
@click.option("-o", "file", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
def yearly_command(year: BusinessYear, form: str, file: Path | None) -> None:
    """The training section of the statutory yearly report."""
    report = compile_yearly(year, clock.now())
    text = _as_json(report) if form == "json" else _as_html(report)
    if file is None:
        click.echo(text)
        return
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"Cannot write {file}: {error.strerror}.") from None


def _as_json(report: YearlyReport) -> str:
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2)


def _as_html(report: YearlyReport) -> str:
    """The page by itself: no menu, no sign-in, the styles inside, so that it can be sent or kept."""
    static = Path(str(current_app.static_folder))
    sheets = [static / "vendor" / "govuk-frontend.min.css", *sorted((static / "look").glob("*.css"))]
    styles = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())
    with current_app.test_request_context():
        return render_template(
            "reports/yearly_alone.html", report=report, presentation=Presentation(report), styles=styles
        )


shell_commands = (report_group,)
