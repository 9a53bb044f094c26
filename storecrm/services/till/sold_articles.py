"""What articles were when they were sold: their facts stand with the sale's lines, whatever is said
of the article later.

Until a sale is posted its lines have none, and the article of today is meant; likewise of sales
from before they were kept.
"""

from typing import Any

from sqlalchemy import bindparam, func, literal_column, select, text, update
from sqlalchemy.orm import Session

from storecrm.models.hot import Hot
from storecrm.models.product import Product, ProductFacts
from storecrm.models.sale import SaleLine
from storecrm.values import SaleId

_LINE: Any = SaleLine.__table__
_P: Any = Product.__table__
_F: Any = ProductFacts.__table__
_NAMES = ("category", "brand", "no_points", "no_promotion", "medicine")
FACTS = tuple(func.coalesce(_F.c[name], _P.c[name]).label(name) for name in _NAMES)
"""Columns of a statement over `LINES`: NULL only for a line that has no article."""
NO_POINTS = FACTS[_NAMES.index("no_points")]
LINES = _LINE.outerjoin(_P, _P.c.id == _LINE.c.product_id).outerjoin(
    _F, _F.c.id == _LINE.c.facts_id
)
"""The lines of sales, each with its article and with what the article was."""

_ALL = ", ".join(_NAMES)
_NEW = Hot(
    text(
        f"INSERT INTO product_facts ({_ALL}) SELECT DISTINCT {_ALL} FROM product"
        " WHERE id IN (SELECT product_id FROM sale_line WHERE sale_id = :sale) ON CONFLICT DO NOTHING"
    )
)
_SAME = [_F.c[name] == _P.c[name] for name in _NAMES]
_KEEP = Hot(
    update(_LINE)
    .where(_LINE.c.sale_id == bindparam("sale"), _LINE.c.product_id.is_not(None))
    .values(
        facts_id=select(_F.c.id)
        .select_from(_P)
        .where(_P.c.id == _LINE.c.product_id, *_SAME)
        .scalar_subquery()
    )
)
_GOODS = Hot(
    select(literal_column("1"))
    .select_from(_LINE)
    .where(_LINE.c.sale_id == bindparam("sale"), _LINE.c.product_id.is_not(None))
    .limit(1)
)


def keep_facts(session: Session, sale: SaleId) -> None:
    """Write down what the articles of a sale are now; done once, when it is posted."""
    if _GOODS.first(session, sale=sale) is not None:
        _NEW.run(session, sale=sale)
        _KEEP.run(session, sale=sale)
