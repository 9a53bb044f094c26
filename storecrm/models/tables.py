"""Each table under one name, for statements: `select(tables.sale.c.id)`.

The classes are for rows that are read or made one by one; columns that are only asked for need
none.
"""

from typing import cast

from sqlalchemy import Table

from storecrm.models.audit import AuditEntry, AuditHead
from storecrm.models.base import Base
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import (
    ImportBatch,
    ImportChange,
    ImportMapping,
    ImportMove,
    ImportWaiting,
)
from storecrm.models.learned import FiguresStep, Learned, MemberFigures, ProductPair
from storecrm.models.member import (
    Consent,
    ErasedMark,
    LookUp,
    LostCard,
    Member,
    MemberMerge,
    MemberPhone,
    NameKey,
    NotDuplicate,
    Referral,
    StageChange,
    Suppression,
)
from storecrm.models.offer import Offer, OfferScope, OfferUse, OfferVersion
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import Product, ProductFacts
from storecrm.models.redemption import EmergencyCode, Redemption, RefusedScan
from storecrm.models.sale import (
    Allocation,
    Sale,
    SaleLine,
    SaleStep,
    SaleTender,
    SlipPrint,
    StepShare,
)
from storecrm.models.scannable import Scannable
from storecrm.models.segment import Segment, SegmentMember, SegmentSize
from storecrm.models.shop import Rule, ShiftClose, Shop, Till
from storecrm.models.staff import Staff, StaffPreference
from storecrm.models.stamp import StampEntry
from storecrm.models.tag import MemberTag, Tag
from storecrm.models.throttle import Allowance, Guess, GuessWait
from storecrm.models.tier import Tier, TierChange


def _of(noun: type[Base]) -> Table:
    return cast(Table, noun.__table__)


# audit
audit = _of(AuditEntry)
audit_head = _of(AuditHead)

# coupon
batch = _of(Batch)
paper_move = _of(PaperMove)
coupon = _of(Coupon)

# day_total
day_total = _of(DayTotal)

# import_batch
import_move = _of(ImportMove)
import_batch = _of(ImportBatch)
import_change = _of(ImportChange)
import_waiting = _of(ImportWaiting)
import_mapping = _of(ImportMapping)

# learned
product_pair = _of(ProductPair)
member_figures = _of(MemberFigures)
figures_step = _of(FiguresStep)
learned = _of(Learned)

# member
member = _of(Member)
name_key = _of(NameKey)
erased_mark = _of(ErasedMark)
member_phone = _of(MemberPhone)
lost_card = _of(LostCard)
member_merge = _of(MemberMerge)
not_duplicate = _of(NotDuplicate)
referral = _of(Referral)
consent = _of(Consent)
suppression = _of(Suppression)
look_up = _of(LookUp)
stage_change = _of(StageChange)

# offer
offer = _of(Offer)
offer_version = _of(OfferVersion)
offer_use = _of(OfferUse)
offer_scope = _of(OfferScope)

# points
point_lot = _of(PointLot)
point_entry = _of(PointEntry)

# product
product = _of(Product)
product_facts = _of(ProductFacts)

# redemption
redemption = _of(Redemption)
refused_scan = _of(RefusedScan)
emergency_code = _of(EmergencyCode)

# sale
sale = _of(Sale)
sale_line = _of(SaleLine)
sale_tender = _of(SaleTender)
slip_print = _of(SlipPrint)
allocation = _of(Allocation)
sale_step = _of(SaleStep)
step_share = _of(StepShare)

# scannable
scannable = _of(Scannable)

# segment
segment = _of(Segment)
segment_member = _of(SegmentMember)
segment_size = _of(SegmentSize)

# shop
shop = _of(Shop)
rule = _of(Rule)
till = _of(Till)
shift_close = _of(ShiftClose)

# staff
staff = _of(Staff)
staff_preference = _of(StaffPreference)

# stamp
stamp_entry = _of(StampEntry)

# tag
tag = _of(Tag)
member_tag = _of(MemberTag)

# throttle
guess = _of(Guess)
guess_wait = _of(GuessWait)
allowance = _of(Allowance)

# tier
tier = _of(Tier)
tier_change = _of(TierChange)
