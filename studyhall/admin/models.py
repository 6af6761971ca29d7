"""What people tell the office about the product itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from studyhall.core.db import Base, intpk, line


class Feedback(Base):
    """One 意见反馈, from whichever page it was written on."""

    __tablename__ = "feedback"

    id: Mapped[intpk]
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None when it was written before login."""
    unit_path: Mapped[str] = mapped_column(sa.String(250), index=True)
    page: Mapped[line]
    text: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reply: Mapped[str | None]
