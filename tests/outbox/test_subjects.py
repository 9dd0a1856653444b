"""What a subject says is what its reader sees, whatever letters are in it and however long it is."""

import re
from email import message_from_bytes
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.policy import compat32, default
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.outbox.letters import Sink, composed, mail_server
from training_app.outbox.mailers import SmtpMailer

KINDS = ("You have a place: ", "Changed: ", "A place is free for you until Wednesday 12 May, 9:30am: ", "")
# Words as titles of courses have them, with what mail programs stumble over.
WORDS = (
    "Safeguarding", "children’s", "Working", "Together", "–", "DSL", "refresher", "parents’", "Neglect:", "“Toolkit”",
    "and", "a", "Child", "Siân", "Ynys", "Môn", "in", "the", "early", "years", "=?utf-8?q?raw?=", "=?", "?=", "_",
    "=20", "Väterzentrum", "安全", "👪", "e\u0301", "\u00a0", "supercalifragilisticexpialidocious" * 3, "’" * 40, "&",
    "(part", "2)", "”",
)  # fmt: skip
NAMES = ("Safeguarding", "children’s", "Working", "Together", "–", "Siân", "Ynys", "Môn", "and", "a", "Partnership")
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=24).map(" ".join) | st.text(min_size=1, max_size=200)


def as_queued(words: str) -> str:
    """The queue keeps a subject on one line, with single spaces and nothing unprintable."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:200].rstrip()


def as_rfc_2047_says(wire: bytes, name: str = "Subject") -> str:
    """A second reader: the header unfolded, and its encoded words joined."""
    raw = BytesHeaderParser(policy=compat32).parsebytes(wire)[name]
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(raw))
    return "".join(
        piece.decode(charset or "ascii") if isinstance(piece, bytes) else piece
        for piece, charset in decode_header(unfolded)
    )


def header_lines(wire: bytes) -> list[bytes]:
    return wire.partition(b"\r\n\r\n")[0].split(b"\r\n")


@given(st.sampled_from(KINDS), TITLES)
@example("You have a place: ", "Working with parents’ needs – a children’s centre’s view of neglect")
@example("Changed: ", "Safeguarding children’s mental health – what schools’ leads need to know in 2027")
def test_two_readers_see_the_subject_that_was_written(kind, title):
    subject = as_queued(kind + title)
    wire = composed(subject).as_bytes()
    assert message_from_bytes(wire, policy=default)["Subject"] == subject
    assert as_rfc_2047_says(wire) == subject
    assert wire.isascii() and all(len(line) <= 78 for line in header_lines(wire))
    words = re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", wire.partition(b"\r\n\r\n")[0])
    assert all(len(word) <= 75 for word in words)


def test_a_plain_subject_stays_plain():
    """A mail program's search and a person who reads the source both find it."""
    assert b"Subject: You have a place: Neglect\r\n" in composed("You have a place: Neglect").as_bytes()


@pytest.mark.parametrize("subject", ["You\r\nBcc: all@agency.example", "You\nhave", "You\rhave", "a\n"])
def test_a_subject_cannot_begin_another_header(subject):
    with pytest.raises(ValueError, match="line"):
        composed(subject)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12).map(" ".join))
@example("Safeguarding children’s partnerships")
def test_readers_see_the_name_of_the_sender(name):
    wire = composed("Neglect", f'"{name}" <training@partnership.example>').as_bytes()
    [(read, address)] = getaddresses([as_rfc_2047_says(wire, "From")])
    assert (read, address) == (name, "training@partnership.example")
    assert wire.isascii() and all(len(line) <= 78 for line in header_lines(wire))
    [seen] = message_from_bytes(wire, policy=default)["From"].addresses
    assert seen.addr_spec == "training@partnership.example"
    # Python's own reader of addresses may put a space between two encoded words of a name.
    assert len(re.findall(rb"(?s)From: [^<]*\?=\s+=\?", wire)) or seen.display_name == name


@pytest.mark.parametrize(
    "given",
    [
        "{} <training@p.example>", '"{}" <training@p.example>', '"{} (Leicester, Rutland)" <training@p.example>',
        '"Dr. {}" <training@p.example>', "{}@p.example",
    ],
)  # fmt: skip
def test_a_sender_of_any_length_is_one_whole_header(given):
    """A name that fits on a line, but not behind “From:”; one that fits on none; one that needs its quotation marks."""
    words = "Safeguarding Working Together Partnership of Leicester and its neighbours and of all others beside it"
    for letters in range(1, 100 if "<" in given else 64):
        name = words[:letters].strip()
        mail_from = given.format(name if "<" in given else name.replace(" ", ""))
        wire = composed("Neglect", mail_from).as_bytes()
        assert wire.count(b"From:") == 1
        read, meant = message_from_bytes(wire, policy=default)["From"], default.header_factory("From", mail_from)
        # Python's own reader of addresses may put a space between two encoded words of a name.
        seen = [(re.sub(" ", "", one.display_name), one.addr_spec) for one in read.addresses]
        assert (read.defects, seen) == (
            (), [(re.sub(" ", "", one.display_name), one.addr_spec) for one in meant.addresses]
        ), mail_from
        assert getaddresses([as_rfc_2047_says(wire, "From")])[0][1] == meant.addresses[0].addr_spec
        assert all(len(line) <= 78 for line in header_lines(wire))


def test_a_subject_arrives_through_a_mail_server():
    subject = "You have a place: Safeguarding children’s mental health – what schools’ leads need to know"
    sink = Sink()
    with mail_server(sink) as url:
        mailer = SmtpMailer(url, greeting="training.example", timeout=5)
        mailer.send(composed(subject), "training@partnership.example", "bryony@agency.example")
        mailer.close()
    assert sink.arrived[0]["Subject"] == subject
