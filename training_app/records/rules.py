"""Where a completion comes from."""

from enum import StrEnum


class CompletionSource(StrEnum):
    SESSION = "session"
    ELSEWHERE = "elsewhere"
    E_LEARNING = "e_learning"
