"""Roles, in the words people use for them."""

from enum import StrEnum


class Role(StrEnum):
    PRACTITIONER = "practitioner"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"

    @property
    def label(self) -> str:
        return {
            "practitioner": "Practitioner",
            "coordinator": "Booking co-ordinator",
            "trainer": "Trainer",
            "administrator": "Business office",
            "reviewer": "Learning and Development Group",
        }[self.value]
