"""Which member a person of the staff is too."""

from storecrm.ledger import audit
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.staff.accounts import StaffView, named
from storecrm.services.store import Store, Topic, repeatable


@repeatable
def set_card(store: Store, *, name: str, member: str | None) -> StaffView:
    """Say which member a person is too (None: they have no card): what nobody does with their own
    card alone is refused from then on.

    Raises:
        NotFound: staff, member.
    """
    rights.require(store, Right.STAFF)
    who = named(store, name)
    with store.write(Topic.STAFF) as session:
        person = registry.resolve(session, store, member) if member is not None else own_card.NONE
        own_card.give(session, store, [who.id], person)
        audit.log(session, store, "staff_card_set", staff=who.id, member=person or None)
    return named(store, name)
