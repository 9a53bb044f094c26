"""The demo shop and the tour: world (people, goods, calendar), year (what happened), tour (the main job, for real)."""

from storecrm.services.demo.tour import tour

__all__ = ["tour"]
