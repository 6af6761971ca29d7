"""Why somebody is exempt. Only the kind is kept, never a medical paper."""

from studyhall.core.sayings import later

REASONS = {
    "retired": later("退休"),
    "sick": later("长期病假"),
    "maternity": later("产假"),
    "training": later("脱产培训"),
    "seconded": later("借调在外"),
    "moved": later("调出"),
    "other": later("其他"),
}
