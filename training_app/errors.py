"""What can go wrong in the domain. Each carries a sentence that may be shown to the person."""


class DomainError(Exception):
    """A rule said no. `str(error)` is a sentence for the person who asked."""


class Refused(DomainError):
    """The request is understood and allowed to be asked, but the answer is no."""


class NotAllowed(DomainError):
    """This person may not do this."""


class InvalidTransition(DomainError):
    """A thing cannot go from the state it is in to the state asked for."""
