"""How numbers are written: the same on every page, in every letter and in every file."""


def thousands(number: int) -> str:
    """1,609"""
    return f"{number:,}"


def one_decimal(number: float) -> str:
    """2.0: always one decimal, so that 2 and 2.04 are not told apart by their length"""
    return f"{number:.1f}"


def signed(number: float) -> str:
    """+2.1 or −0.4, with a true minus sign"""
    text = f"{abs(number):.1f}"
    if text == "0.0":
        return text
    return f"+{text}" if number > 0 else f"−{text}"


def percent(share: float) -> str:
    """17.9%"""
    return f"{100 * share:.1f}%"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """1 session, 2 sessions"""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
