"""What the report asks, and what each of its figures counts. Printed beside the figure, everywhere it prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Questions:
    """The partnership's own questions, which the report answers one after the other."""

    overall: str = "Are we improving our ability to keep children safe, and how do we know?"
    how_much: str = "How much did we do?"
    how_well: str = "How well did we do it?"
    what_difference: str = "What difference did it make?"
    what_is_missing: str = "What is missing, and why"


QUESTIONS = Questions()

SESSIONS = (
    "One run of a course, counted in the business year (1 April to 31 March) of its last part. A session in two parts "
    "counts once. Cancelled sessions and events beside the programme are not in this number."
)
COURSES = "Different course titles among those sessions."
ATTENDANCES = (
    "A person at a session; someone who came to three sessions counts three times. People marked on the register where "
    "it holds names, else the headcount that was stated, never both. Sessions with no data are left out: unknown is "
    "not counted as zero, so the true number is higher."
)
PEOPLE = "Different people among the attendances that registers hold by name. Headcounts name nobody."
TAKE_UP = "Attendances divided by places, in sessions that have attendance data."
RESPONSE = (
    "After-session forms divided by attendances, both only from sessions on the standard evaluation that have "
    "attendance data."
)
RESPONSE_OF_ALL = "After-session forms divided by all attendances recorded, separately evaluated sessions included."
SESSIONS_EVALUATED = (
    "Sessions with so many after-session forms or more, out of the sessions on the standard evaluation that were held."
)
RATINGS = (
    "Averages of the same people's own ratings before and after; only people who gave both. The range "
    "allows for chance (95% t interval of the average change)."
)
BESIDE = "Events that the partnerships supported in addition to the programme. They are in none of the totals above."
PRIORITIES = (
    "A session counts under every business-plan priority in force on its last day that it serves, so these lines may "
    "add up to more than the total. A priority that no session served says so: none."
)
STATED = "Entered by staff with its source and date; this service did not compute it."
