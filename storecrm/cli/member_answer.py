"""A member with points and coupons, as every command about one member answers."""

from typing import Any

from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import members
from storecrm.services.coupons import issue
from storecrm.services.loyalty import points_account
from storecrm.services.members.views import MemberView


def member_answer(here: CommandContext, view: MemberView) -> dict[str, Any]:
    # asked anew: what was just done may have moved points
    points = points_account.show(here.open, member=view.member_no)
    coupons = issue.of_member(here.open, member=view.member_no)
    return members.member(view, points, coupons)
