"""PINs and members' passwords: kept as Argon2id hashes only."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
_FAST = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def hashed(digits: str, *, cheap: bool) -> str:
    """Argon2id; `cheap` for demo stores, whose PINs stand on the sign-in page anyway."""
    return (_FAST if cheap else _HASHER).hash(digits)


def matches(kept: str, digits: str) -> bool:
    """True when `digits` are what was hashed; a damaged hash matches nothing."""
    try:
        return _HASHER.verify(kept, digits)
    except (VerificationError, InvalidHashError):
        return False
