"""The import and the search on PostgreSQL: the same answers as on SQLite."""

from datetime import date
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.conftest import settings_for
from tests.postgres import Cluster
from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row, loaded
from training_app import create_app
from training_app.extensions import db
from training_app.programme.files.rows import FileRefused
from training_app.programme.queries import catalogue
from training_app.programme.queries import sessions as queries
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.search import CatalogueSearch


@pytest.mark.postgresql
def test_the_year_goes_in_and_is_found(postgresql: Cluster, migrated_postgresql: str, tmp_path: Path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    with app.app_context():
        for added in (88, 0):
            assert loaded(PROGRAMME).added == added
        assert loaded(BESIDE, beside=True).added == 19
        year = BusinessYear(2024)
        inside = queries.sessions_of_year(year)
        assert (len(inside), sum(one.headcount or 0 for one in inside)) == (88, 1609)
        loaded(a_file(a_row(course_title="Señales", format="blended_two_part")))
        assert loaded(a_file(a_row(course_title="Señales", format="online"))).changed == 1
        with pytest.raises(FileRefused):
            loaded(a_file(a_row(course_title="Never"), a_row(course_title="Never")))

        def found(**asked: str) -> int:
            return catalogue.catalogue(CatalogueSearch.from_address(asked), date(2027, 6, 1)).total

        assert found(q="SENALES") == found() == 1
        assert found(year="2024-25", time="evening") == 8
        assert found(year="2024-25", strand="dsl", area="rutland") == 1
        assert found(year="2024-25", q="reign collective") == 1
    Browser(app).get("/programme?year=2024-25&q=neglect")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
