"""what lists of people are ordered by, beside each name; which marks were made of everyone else at once

Revision: 0010, after 0009

Until here each mark was made by itself, and lists were in the order of the whole name, first names first. How a name is
read stands here as it was then.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BATCH = 500
LONGEST = 250
APOSTROPHES = re.compile("['’‘‛`´′ʹʻʼꞌ＇]")
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
INITIALS = re.compile(r"(?<!\w)\w(?:\.\w)+(?!\w)")
TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "rev", "revd", "reverend"])
BEFORE_SURNAMES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "ter",
    "ten", "el", "al", "bin", "ibn", "bint", "ap", "ab", "ferch", "mac", "mc", "o", "ni", "nic", "ui", "st",
    "saint", "abu", "ben",
})  # fmt: skip
JOINED = frozenset({"o", "mac", "mc"})
AFTER_NAMES = frozenset({
    "jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "mbe", "obe", "cbe", "phd", "rn", "msc",
    "bsc", "ba", "ma",
})  # fmt: skip
AS_TYPED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def upgrade() -> None:
    sort_name = sa.String(LONGEST).with_variant(sa.String(LONGEST, collation="C"), "postgresql")
    op.add_column("person", sa.Column("sort_name", sort_name, nullable=False, server_default=""))
    op.add_column("attendance_mark", sa.Column("with_rest", sa.Boolean(), server_default=sa.false(), nullable=False))
    connection, person = op.get_bind(), _person()
    query = sa.select(person.c.id, person.c.name).order_by(person.c.id).limit(BATCH)
    set_name = person.update().where(person.c.id == sa.bindparam("number")).values(sort_name=sa.bindparam("key"))
    last = 0
    while batch := connection.execute(query.where(person.c.id > last)).all():
        connection.execute(set_name, [{"number": number, "key": by_surname(name)} for number, name in batch])
        last = batch[-1][0]


def downgrade() -> None:
    op.drop_column("attendance_mark", "with_rest")
    op.drop_column("person", "sort_name")


def _person() -> sa.TableClause:
    return sa.table(
        "person", sa.column("id", sa.Integer()), sa.column("name", sa.String()), sa.column("sort_name", sa.String())
    )


def by_surname(name: str) -> str:
    """van-der-berg jan"""
    first, _, rest = name.partition(",")
    before, behind = words_of(first), words_of(rest)
    if before and behind and not all(word in AFTER_NAMES for word in behind):
        surname, others = before, behind
    else:
        words = before or behind
        while len(words) > 1 and words[-1] in AFTER_NAMES:
            words = words[:-1]
        begins = len(words) - 1
        while begins > 1 and words[begins - 1] in BEFORE_SURNAMES:
            begins -= 1
        surname, others = words[begins:], words[:begins]
    if len(surname) > 1 and surname[0] in JOINED:
        surname = [surname[0] + surname[1], *surname[2:]]
    return " ".join(filter(None, ["-".join(surname), *others]))[:LONGEST]


def words_of(text: str) -> list[str]:
    words = ["-".join(compared(word)).translate(AS_TYPED) for word in text.split()]
    words = [word for word in words if word]
    return [word for word in words if word not in TITLES] or words


def compared(word: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", UNSEEN.sub("", APOSTROPHES.sub("", word))).casefold()
    plain = APOSTROPHES.sub("", without_accents(plain))
    joined = INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    return re.findall(r"[^\W_]+", joined.replace("&", " and "))


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
