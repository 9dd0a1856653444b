"""A register on a phone, without JavaScript, while another tab signs out and in again."""

import pytest
from playwright.sync_api import Browser as Chromium

from tests.chromium import Service, Visitor, program, visitor
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture
def service(demonstration_service: Service) -> Service:
    return demonstration_service


def test_marks_come_back_after_another_tab_signed_out_and_in_again(chromium: Chromium, service: Service):
    with visitor(chromium, service, Role.TRAINER, java_script_enabled=False) as someone:
        page = someone.page
        someone.open("/registers")
        page.locator("main a[href$='/register']").first.click()
        marks = page.locator("input[type=radio][value=attended]")
        count = marks.count()
        assert count > 1
        for number in range(count):
            marks.nth(number).check()
        other = Visitor(page.context.new_page(), service.address, someone.complaints)
        other.open("/account")
        other.page.get_by_role("button", name="Sign out", exact=True).click()
        other.step_into(Role.TRAINER)
        page.get_by_role("button", name="Save register").last.click()
        page.get_by_text("Nothing you typed is lost: check it and save it.").wait_for()
        assert page.locator("input[type=radio][value=attended]:checked").count() == count
        page.get_by_role("button", name="Save register").last.click()
        page.get_by_text("Saved:").first.wait_for()
