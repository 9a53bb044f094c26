"""Keys of rows, each kind its own type."""

from typing import NewType

ShopId = NewType("ShopId", int)
StaffId = NewType("StaffId", int)
TillId = NewType("TillId", int)
MemberId = NewType("MemberId", int)
ProductId = NewType("ProductId", int)
OfferId = NewType("OfferId", int)
VersionId = NewType("VersionId", int)
BatchId = NewType("BatchId", int)
CouponId = NewType("CouponId", int)
RedemptionId = NewType("RedemptionId", int)
SaleId = NewType("SaleId", int)
LineId = NewType("LineId", int)
LotId = NewType("LotId", int)
EntryId = NewType("EntryId", int)
ImportId = NewType("ImportId", int)
