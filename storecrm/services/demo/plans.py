"""The offers that the demo's shop makes in its year, and what each is for (the list itself:
resources/demo/plans.toml)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from storecrm import paths
from storecrm.services import files


@dataclass(frozen=True)
class YearPlan:
    """One campaign: its offer, when it runs (days before today), to whom, and the share that comes
    back."""

    offer: dict[str, Any]
    starts: tuple[int, ...]
    to: str
    share: float
    count: int = 0
    voided: bool = False
    basket: int = 5200


def campaigns() -> tuple[YearPlan, ...]:
    """Offers that are given out as coupons."""
    return tuple(_plan(said) for said in _said()["campaign"])


def promotions() -> list[dict[str, Any]]:
    """Offers that apply by themselves."""
    return [offer | {"automatic": True} for offer in _said()["automatic"]]


def _plan(said: dict[str, Any]) -> YearPlan:
    starts = tuple(said["starts"])
    return YearPlan(**said | {"starts": starts})


@cache
def _said() -> dict[str, Any]:
    return files.read_toml(paths.resources() / "demo" / "plans.toml")
