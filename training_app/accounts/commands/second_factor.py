"""The second factor of a user: an authenticator app and recovery codes.

Every change holds the user's row while it is made, so two guesses at once cost two tries and a code opens one
door. The secret is stored sealed; recovery codes are stored hashed. Neither is logged or sent by letter.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select

from training_app.accounts import letters
from training_app.accounts.commands.browsers import change_word, stay_in_here_alone
from training_app.accounts.commands.users import sign_out_everywhere
from training_app.accounts.models import RecoveryCode, SecondFactor, User
from training_app.accounts.rules.browsers import NOWHERE, Here
from training_app.accounts.rules.second_factor import (
    LONGEST_WHY,
    RECOVERY_CODES,
    CodeOfAnApp,
    Passed,
    judge_app_code,
    must_wait,
    new_recovery_code,
    steps_near,
    typed_recovery_code,
    wait_after,
)
from training_app.accounts.rules.sign_in import is_a_code, keyed_hash
from training_app.audit.commands import record
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.letters import LetterText

UNREADABLE = (
    "We can no longer read your second factor, because the key of this service was changed. "
    "Ask the business office to reset it."
)


@dataclass(frozen=True)
class Confirmed:
    """The app is set up, and these are the recovery codes: they are never shown again."""

    passed: Passed
    recovery_codes: tuple[str, ...] = ()


def factor_of(user_id: int) -> SecondFactor | None:
    """The app of this user, confirmed or still being set up."""
    return db.session.get(SecondFactor, user_id)


def has_second_factor(user_id: int) -> bool:
    factor = factor_of(user_id)
    return factor is not None and factor.confirmed_at is not None


def recovery_codes_left(user_id: int) -> int:
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def begin(user_id: int, *, secret_key: str, now: datetime) -> SecondFactor:
    """Make a fresh secret for an app to be set up. Raises Refused where one is set up already."""
    lock_rows(User, [user_id])
    factor = _factor_of(user_id)
    if factor is not None and factor.confirmed_at is not None:
        raise Refused("You have already set up an authenticator app.")
    sealed = _seal(pyotp.random_base32(), user_id, secret_key)
    if factor is None:
        factor = SecondFactor(user_id=user_id, sealed_secret=sealed, made_at=now)
        db.session.add(factor)
    else:  # begun before and not finished: the tries it took stay counted
        factor.sealed_secret, factor.made_at = sealed, now
    db.session.flush()
    record("second_factor.begun", "user", user_id, actor_id=user_id, now=now)
    return factor


def secret_to_set_up(user_id: int, *, secret_key: str) -> str | None:
    """The secret while it is being set up; None before that, and for ever after."""
    factor = factor_of(user_id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _unseal(factor.sealed_secret, user_id, secret_key)


def confirm(
    user_id: int, typed: str, *, secret_key: str, site_name: str, now: datetime, here: Here = NOWHERE
) -> Confirmed:
    """The first code of the app proves that it is set up; recovery codes come with it.

    Every browser but `here` is signed out, and every copy of its cookie: who is in them has proved less.
    """
    user = lock_rows(User, [user_id])[0]
    factor = _factor_of(user_id)
    if factor is None or factor.confirmed_at is not None:
        raise Refused("There is no authenticator app to confirm.")
    passed = _try_app(factor, typed, secret_key, now)
    if passed is not Passed.RIGHT:
        return Confirmed(passed)
    factor.confirmed_at = now
    codes = _replace_recovery_codes(user_id, secret_key, now)
    stay_in_here_alone(user_id, here, now=now)
    record("second_factor.set_up", "user", user_id, actor_id=user_id, now=now)
    _tell(user, letters.second_factor_set_up(site_name), now)
    return Confirmed(passed, codes)


def check_app_code(
    user_id: int, typed: str, *, secret_key: str, now: datetime, here: Here = NOWHERE
) -> Passed:
    """Judge a code of the app, and count a wrong one. A right one opens `here`, and no copy of its cookie."""
    lock_rows(User, [user_id])
    factor = _confirmed(user_id)
    passed = _try_app(factor, typed, secret_key, now)
    if passed is Passed.RIGHT:
        change_word(here)
        record("second_factor.passed", "user", user_id, actor_id=user_id, now=now)
    return passed


def use_recovery_code(
    user_id: int, typed: str, *, secret_key: str, site_name: str, now: datetime, here: Here = NOWHERE
) -> Passed:
    """Judge a recovery code, and use it up, for `here` and for no copy of its cookie. Its owner is told by letter."""
    user = lock_rows(User, [user_id])[0]
    factor = _confirmed(user_id)
    if must_wait(factor.wait_until, now):
        return Passed.WAIT
    query = select(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == _hash(typed_recovery_code(typed), user_id, secret_key),
    )
    code = db.session.scalar(query.execution_options(populate_existing=True))
    if code is None or code.used_at is not None:
        _count_wrong(factor, now)
        return Passed.WRONG if code is None else Passed.USED
    code.used_at = now
    _count_right(factor)
    db.session.flush()
    change_word(here)
    left = recovery_codes_left(user_id)
    record("second_factor.recovery_code_used", "user", user_id, actor_id=user_id, now=now, left=left)
    _tell(user, letters.recovery_code_used(left, site_name), now)
    return Passed.RIGHT


def new_recovery_codes(
    user_id: int, typed: str, *, secret_key: str, site_name: str, now: datetime, here: Here = NOWHERE
) -> Confirmed:
    """New ones against a code of the app. Those before stop working, and every browser but `here` is signed out:
    somebody may have come in by one of them.
    """
    user = lock_rows(User, [user_id])[0]
    passed = _try_app(_confirmed(user_id), typed, secret_key, now)
    if passed is not Passed.RIGHT:
        return Confirmed(passed)
    codes = _replace_recovery_codes(user_id, secret_key, now)
    stay_in_here_alone(user_id, here, now=now)
    record("second_factor.recovery_codes_made", "user", user_id, actor_id=user_id, now=now)
    _tell(user, letters.recovery_codes_made(site_name), now)
    return Confirmed(passed, codes)


def take_off(
    user_id: int, typed: str, *, secret_key: str, site_name: str, now: datetime, here: Here = NOWHERE
) -> Passed:
    """Forget the app, to set up one on another phone: against one of its codes, or a recovery code.

    Every browser but `here` is signed out, and every copy of its cookie.
    """
    user = lock_rows(User, [user_id])[0]
    if is_a_code(typed):
        passed = _try_app(_confirmed(user_id), typed, secret_key, now)
    else:
        passed = use_recovery_code(user_id, typed, secret_key=secret_key, site_name=site_name, now=now)
    if passed is Passed.RIGHT:
        _forget(_confirmed(user_id))
        stay_in_here_alone(user_id, here, now=now)
        record("second_factor.taken_off", "user", user_id, actor_id=user_id, now=now)
        _tell(user, letters.second_factor_taken_off(site_name), now)
    return passed


def reset(user_id: int, why: str, *, actor_id: int | None, site_name: str, now: datetime) -> None:
    """Forget a user's app and codes, and sign them out everywhere. They set up another when they next sign in."""
    user = lock_rows(User, [user_id])[0]
    why = " ".join(why.split())
    if not why or len(why) > LONGEST_WHY:
        raise Refused(f"Say why in at most {LONGEST_WHY} letters.")
    factor = _factor_of(user_id)
    if factor is None:
        raise Refused("They have no second factor to reset.")
    _forget(factor)
    sign_out_everywhere(user_id, actor_id=actor_id, now=now)
    record("second_factor.reset", "user", user_id, actor_id=actor_id, now=now, why=why)
    _tell(user, letters.second_factor_reset(site_name), now)


def _forget(factor: SecondFactor) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == factor.user_id))
    db.session.delete(factor)
    db.session.flush()


def _factor_of(user_id: int) -> SecondFactor | None:
    """Read past any copy in memory, for whoever holds the user's row."""
    return db.session.get(SecondFactor, user_id, populate_existing=True)


def _confirmed(user_id: int) -> SecondFactor:
    factor = _factor_of(user_id)
    if factor is None or factor.confirmed_at is None:
        raise Refused("You have not set up an authenticator app.")
    return factor


def _try_app(factor: SecondFactor, typed: str, secret_key: str, now: datetime) -> Passed:
    app = pyotp.TOTP(_unseal(factor.sealed_secret, factor.user_id, secret_key))
    # Every step is compared, so that the time it takes tells nothing.
    fitting = [step for step in steps_near(now) if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode())]
    step = max(fitting, default=None)
    passed = judge_app_code(CodeOfAnApp(step, factor.last_step, factor.wait_until), now)
    if passed is Passed.RIGHT:
        factor.last_step = step
        _count_right(factor)
    elif passed is not Passed.WAIT:
        _count_wrong(factor, now)
    db.session.flush()
    return passed


def _count_wrong(factor: SecondFactor, now: datetime) -> None:
    factor.wrong_tries += 1
    factor.wait_until = wait_after(factor.wrong_tries, now)
    record(
        "second_factor.wrong_code", "user", factor.user_id, actor_id=factor.user_id, now=now,
        wrong_tries=factor.wrong_tries,
    )
    if factor.wait_until:
        record(
            "second_factor.wait", "user", factor.user_id, actor_id=factor.user_id, now=now,
            wrong_tries=factor.wrong_tries,
        )
    db.session.flush()


def _count_right(factor: SecondFactor) -> None:
    factor.wrong_tries, factor.wait_until = 0, None


def _replace_recovery_codes(user_id: int, secret_key: str, now: datetime) -> tuple[str, ...]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = tuple(new_recovery_code() for _ in range(RECOVERY_CODES))
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_hash(code, user_id, secret_key), made_at=now) for code in codes
    )
    db.session.flush()
    return codes


def _hash(code: str, user_id: int, secret_key: str) -> str:
    return keyed_hash(secret_key, "recovery code", str(user_id), code)


def _tell(user: User, text: LetterText, now: datetime) -> None:
    enqueue(text, recipient=user.email, now=now)


def _fernet(secret_key: str) -> Fernet:
    """A key for this purpose alone, derived from the service's secret key."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"secret of an authenticator app")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))


def _seal(secret: str, user_id: int, secret_key: str) -> str:
    """The user's number is sealed with it, so that a row copied to another user opens nothing."""
    return _fernet(secret_key).encrypt(f"{user_id}:{secret}".encode()).decode()


def _unseal(sealed: str, user_id: int, secret_key: str) -> str:
    try:
        owner, _, secret = _fernet(secret_key).decrypt(sealed.encode()).decode().partition(":")
    except InvalidToken as error:
        raise Refused(UNREADABLE) from error
    if owner != str(user_id):
        raise Refused(UNREADABLE)
    return secret
