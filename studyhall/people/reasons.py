"""Why somebody is exempt. Only the kind is kept, never a medical paper."""

REASONS = {
    "retired": "退休",
    "sick": "长期病假",
    "maternity": "产假",
    "training": "脱产培训",
    "seconded": "借调在外",
    "moved": "调出",
    "other": "其他",
}
