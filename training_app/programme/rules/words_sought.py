"""The words of a search held against texts: in any order, by the month or place they name, and forgiving a slip. Pure.

A period is some hundreds of texts with some hundreds of different words, so a slip is looked for among them all.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from training_app.agencies.rules import Area
from training_app.programme.rules.abbreviations import SHORT
from training_app.words.names import folded

# Shorter words are found at the beginning of a word alone, and a slip in one could be anything.
LEAST_WITHIN = 4
LIKE_ENOUGH = 0.75
SMALL = frozenset({"a", "an", "and", "at", "for", "in", "of", "on", "or", "the", "to", "with"})
AREAS = frozenset(folded(one.label) for one in Area if one is not Area.ACROSS)
MONTHS = tuple(month.lower() for month in calendar.month_name[1:])
WEEKDAYS = frozenset(day.lower() for day in calendar.day_name)
_MONTH_OF: Mapping[str, str] = {
    short: month for month in MONTHS for short in {month, month[:3], month[:4] if month == "september" else month}
}


@dataclass(frozen=True)
class Texts:
    """One session as its words are sought: what is written of it, and when and how it is, a word each."""

    text: str
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sought:
    """What is looked for. `guessed` has what stands in the place of a word that nothing fits."""

    words: Sequence[str]
    guessed: Mapping[str, str]

    @property
    def said(self) -> str:
        return " ".join(self.guessed.get(one, one) for one in self.words)

    def finds(self, texts: Texts) -> bool:
        """Every word must be in it somewhere."""
        return all(is_in(self.guessed.get(one, one), texts) for one in self.words)


def sought(typed: str, texts: Iterable[Texts]) -> Sought:
    """The words that were typed; the nearest there is, in the place of each that is in none of these texts."""
    words = folded(typed).split()
    words = [one for one in words if one not in SMALL] or words
    all_texts = list(texts) if words else []
    missed = [one for one in dict.fromkeys(words) if not any(is_in(one, text) for text in all_texts)]
    known = {word for one in all_texts for word in (*one.text.split(), *one.facts)} if missed else set()
    nearest = {one: _nearest(one, known) for one in missed if len(one) >= LEAST_WITHIN}
    return Sought(words, {one: near for one, near in nearest.items() if near})


def is_in(word: str, texts: Texts) -> bool:
    """A month, a place or a short name is a whole word; any other may be part of one.

    >>> is_in("mar", Texts("market harborough", frozenset({"april"})))
    False
    """
    if word in _MONTH_OF:
        return _MONTH_OF[word] in texts.facts
    if word in texts.facts:
        return True
    padded = f" {texts.text} "
    if word in SHORT or word in AREAS or word in WEEKDAYS:
        return f" {word} " in padded
    return word in padded if len(word) >= LEAST_WITHIN else f" {word}" in padded


def _nearest(word: str, known: Iterable[str]) -> str:
    """The known word, or the beginning of one, that is most like this; empty where none is like enough.

    >>> _nearest("exploitaton", ["exploitation", "explosion"]), _nearest("nuero", ["neurodiversity"])
    ('exploitation', 'neuro')
    """
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(word)
    best, best_ratio = "", LIKE_ENOUGH
    for candidate in sorted({cut for one in known for cut in (one, one[: len(word)]) if len(cut) >= LEAST_WITHIN}):
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = candidate, ratio
    return best
