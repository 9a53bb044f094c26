"""What articles were when they were sold: their facts stand with the sale's lines, whatever is said
of the article later.

Until a sale is posted its lines have none, and the article of today is meant; likewise of sales
from before they were kept.
"""

from typing import Any

from sqlalchemy import Integer, Label, bindparam, func, literal_column, select, text, update
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import SaleId

_LINE = tables.sale_line.c
_NAMES = ("category", "brand", "no_points", "no_promotion", "medicine")
_THEN = tables.product_facts.c
_NOW = tables.product.c


def _fact(name: str) -> Label[Any]:
    """What the article was; what it is now, until that is kept."""
    fact = func.coalesce(_THEN[name], _NOW[name])
    return fact.label(name)


FACTS = tuple(_fact(name) for name in _NAMES)
"""Columns of a statement over `LINES`: NULL only for a line that has no article."""

NO_POINTS = FACTS[_NAMES.index("no_points")]
_ITS_ARTICLE = _NOW.id == _LINE.product_id
_ITS_FACTS = _THEN.id == _LINE.facts_id
_WITH_ARTICLE = tables.sale_line.outerjoin(tables.product, _ITS_ARTICLE)
LINES = _WITH_ARTICLE.outerjoin(tables.product_facts, _ITS_FACTS)
"""The lines of sales, each with its article and with what the article was."""

_ALL = ", ".join(_NAMES)
_SOLD = "SELECT product_id FROM sale_line WHERE sale_id = :sale"
# facts that were kept before are not kept again
_NEW = Hot(
    text(
        f"INSERT INTO product_facts ({_ALL}) SELECT DISTINCT {_ALL} FROM product"
        f" WHERE id IN ({_SOLD}) ON CONFLICT DO NOTHING"
    )
)
_SAME = [_THEN[name] == _NOW[name] for name in _NAMES]
_SAME_FACTS = select(_THEN.id).select_from(tables.product)
_KEPT = _SAME_FACTS.where(_ITS_ARTICLE, *_SAME)
_OF_SALE = _LINE.sale_id == bindparam("sale")
_HAS_ARTICLE = _LINE.product_id.is_not(None)
_KEEP = Hot(
    update(tables.sale_line).where(_OF_SALE, _HAS_ARTICLE).values(facts_id=_KEPT.scalar_subquery())
)
_ONE = literal_column("1", Integer)
_SOLD_ONE = select(_ONE).select_from(tables.sale_line)
_GOODS = Hot(_SOLD_ONE.where(_OF_SALE, _HAS_ARTICLE).limit(1))


def keep_facts(session: Session, sale: SaleId) -> None:
    """Write down what the articles of a sale are now; done once, when it is posted."""
    if _GOODS.first(session, sale=sale) is not None:
        _NEW.run(session, sale=sale)
        _KEEP.run(session, sale=sale)
