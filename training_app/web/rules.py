"""What a route may ask for: a permission that a role holds, or no more than a sign-in. Pure."""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may do. Scope (which sessions, whose people) is in the query, not here."""

    SEE_IMPACT = "see_impact"
    SEE_OWN_IMPACT = "see_own_impact"
    SEE_REPORTS = "see_reports"
    STATE_FACTS = "state_facts"
    RELEASE_COMMENTS = "release_comments"
    SEE_LETTERS = "see_letters"
    TAKE_REGISTER = "take_register"
    TAKE_ANY_REGISTER = "take_any_register"
    EDIT_PROGRAMME = "edit_programme"
    SEE_BOOKINGS = "see_bookings"
    BOOK_FOR_OTHERS = "book_for_others"


class Requirement(StrEnum):
    """For a route that asks for no particular permission."""

    NOTHING = "nothing"
    SIGN_IN = "sign_in"
    HALF_SIGN_IN = "half_sign_in"
    DEMONSTRATION = "demonstration"
