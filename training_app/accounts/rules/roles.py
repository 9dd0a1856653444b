"""The roles that people hold here, in the words they use for them."""

from enum import StrEnum


class Role(StrEnum):
    PRACTITIONER = "practitioner"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    # The stored value, and what `flask users create --role` takes.
    OFFICE = "administrator"
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

    @property
    def what_they_do(self) -> str:
        return {
            "practitioner": "Finds training, and says what changed for them afterwards.",
            "coordinator": "Looks after training for the people of one agency.",
            "trainer": "Runs sessions, and reads what those who came said about them.",
            "administrator": "Runs the programme, its letters, its figures and the yearly report.",
            "reviewer": "Reads what the training changed, and the yearly report.",
        }[self.value]
