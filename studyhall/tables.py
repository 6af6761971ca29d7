"""Every table of the product, in one import: for migrations, and for whoever opens a database without pages."""

from studyhall.admin import models as admin
from studyhall.bank import models as bank
from studyhall.core import audit, doubt, settings
from studyhall.core.db import Base
from studyhall.library import models as library
from studyhall.people import models as people
from studyhall.practice import models as practice
from studyhall.quizzes import models as quizzes
from studyhall.study import models as study

metadata = Base.metadata

__all__ = [
    "admin",
    "audit",
    "bank",
    "doubt",
    "library",
    "metadata",
    "people",
    "practice",
    "quizzes",
    "settings",
    "study",
]
