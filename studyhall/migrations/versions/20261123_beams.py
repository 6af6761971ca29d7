"""The beams: units, people, rosters, laws, questions, assessments, attempts, results."""

import sqlalchemy as sa
from alembic import op

from studyhall.core import db

revision = "20261123_beams"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "law",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("short_title", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law")),
        sa.UniqueConstraint("short_title", name=op.f("uq_law_short_title")),
        sa.UniqueConstraint("title", name=op.f("uq_law_title")),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index("ix_login_failure_account_at", ["account", "at"], unique=False)
        batch_op.create_index("ix_login_failure_address_at", ["address", "at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_sort", sa.String(length=120), nullable=False),
        sa.Column("name_search", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_expires_at", db.Moment(timezone=True), nullable=True),
        sa.Column("password_reset_at", db.Moment(timezone=True), nullable=True),
        sa.Column("password_reset_by", sa.String(length=80), nullable=True),
        sa.Column("notice_seen_at", db.Moment(timezone=True), nullable=True),
        sa.Column("type_size", sa.String(length=10), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_person_staff_no")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name_sort"), ["name_sort"], unique=False)

    op.create_table(
        "practice_parameters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fitted_at", db.Moment(timezone=True), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("loss_before", sa.Double(), nullable=False),
        sa.Column("loss_after", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_parameters")),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("frozen_at", db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=250), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("closed_on > opened_on", name=op.f("ck_unit_closed_after_opened")),
        sa.CheckConstraint("successor_id <> id", name=op.f("ck_unit_no_successor_of_itself")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["person.id"], name="fk_unit_contact_id_person", use_alter=True
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("path", name=op.f("uq_unit_path")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("counts_for_year", sa.Integer(), nullable=False),
        sa.Column("counts_for_month", sa.Integer(), nullable=False),
        sa.Column("opens_at", db.Moment(timezone=True), nullable=False),
        sa.Column("closes_at", db.Moment(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("counting_rule", sa.String(length=10), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("excellent_percent", sa.Integer(), nullable=False),
        sa.Column("partial_rule", sa.String(length=15), nullable=False),
        sa.Column("reveal", sa.String(length=15), nullable=False),
        sa.Column("earlier_wins", sa.Boolean(), nullable=False),
        sa.Column("top_list", sa.Boolean(), nullable=False),
        sa.Column("avoid_last", sa.Integer(), nullable=False),
        sa.Column("fixed_paper", sa.Boolean(), nullable=False),
        sa.Column("make_up_of", sa.Integer(), nullable=True),
        sa.Column("make_up_rule", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("published_at", db.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("attempts_allowed >= 1", name=op.f("ck_assessment_at_least_one_attempt")),
        sa.CheckConstraint("counts_for_month BETWEEN 1 AND 12", name=op.f("ck_assessment_a_month")),
        sa.CheckConstraint(
            "excellent_percent BETWEEN pass_percent AND 100",
            name=op.f("ck_assessment_excellent_is_at_least_pass"),
        ),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_assessment_at_least_a_minute")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_assessment_opens_before_it_closes")),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name=op.f("ck_assessment_pass_is_a_percent")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_assessment_created_by_person")),
        sa.ForeignKeyConstraint(
            ["make_up_of"], ["assessment.id"], name=op.f("fk_assessment_make_up_of_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_assessment_owner_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_assessment_roster_id_roster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("code", name=op.f("uq_assessment_code")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_counts_for", ["counts_for_year", "counts_for_month"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assessment_make_up_of"), ["make_up_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_owner_unit_id"), ["owner_unit_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=250), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_audit_event_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "bank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_bank_owner_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
        sa.UniqueConstraint("owner_unit_id", "name", name=op.f("uq_bank_owner_unit_id_name")),
    )
    with op.batch_alter_table("bank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_owner_unit_id"), ["owner_unit_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settled_at", db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_person_id_person")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_correction_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("adopted", sa.Date(), nullable=True),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.Column("imported_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=op.f("fk_edition_law_id_law")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("law_id", "effective", name=op.f("uq_edition_law_id_effective")),
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=False),
        sa.Column("approver", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("decided_at", db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_exemption_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_exemption_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exemption_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemption_person_id"), ["person_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("page", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settled_at", db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_person_id_person")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_feedback_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("device_mark", sa.String(length=64), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("last_seen_at", db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("remember_until", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_device_mark"), ["device_mark"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=80), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_membership_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_person_id_starts_on", ["person_id", "starts_on"], unique=False)
        batch_op.create_index("ix_membership_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "practice_law",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=op.f("fk_practice_law_law_id_law")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_law_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "law_id", name=op.f("pk_practice_law")),
    )
    op.create_table(
        "practice_look",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("scheduler", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_look_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_practice_look")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_role_grant_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("settled_at", db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_roster_import_by_person")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_roster_import_settled_by_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_import_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_import_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "self_study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("studied_on", sa.Date(), nullable=False),
        sa.Column("law_title", sa.String(length=80), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("sub_article", sa.Integer(), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_self_study_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_self_study_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_study")),
        sa.UniqueConstraint(
            "person_id",
            "studied_on",
            "law_title",
            "article",
            "sub_article",
            name=op.f("uq_self_study_person_id_studied_on_law_title_article_sub_article"),
        ),
    )
    with op.batch_alter_table("self_study", schema=None) as batch_op:
        batch_op.create_index("ix_self_study_studied_on", ["studied_on"], unique=False)

    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_setting_owner_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("owner_unit_id", "name", name=op.f("uq_setting_owner_unit_id_name")),
    )
    with op.batch_alter_table("setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_setting_unit_path"), ["unit_path"], unique=False)

    op.create_table(
        "study_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rhythm", sa.String(length=20), nullable=False),
        sa.Column("rhythm_days", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_study_series_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_study_series_owner_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_series")),
        sa.UniqueConstraint("owner_unit_id", "name", name=op.f("uq_study_series_owner_unit_id_name")),
    )
    op.create_table(
        "study_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=250), nullable=False),
        sa.Column("basis", sa.String(length=250), nullable=False),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("speaker", sa.String(length=80), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=True),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("proceedings", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("recorded_at", db.Moment(timezone=True), nullable=True),
        sa.Column("called_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'held' OR roster_id IS NOT NULL", name=op.f("ck_study_session_held_has_a_roster")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'held') OR reason IS NOT NULL",
            name=op.f("ck_study_session_not_held_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'merged', 'cancelled')", name=op.f("ck_study_session_state_known")
        ),
        sa.CheckConstraint("guests >= 0", name=op.f("ck_study_session_guests_not_below_nobody")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_study_session_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["study_session.id"],
            name=op.f("fk_study_session_merged_into_id_study_session"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_study_session_owner_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_study_session_roster_id_roster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_session")),
    )
    with op.batch_alter_table("study_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_study_session_owner_unit_id_held_on", ["owner_unit_id", "held_on"], unique=False
        )

    op.create_table(
        "allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("approver", sa.String(length=80), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND attempts >= 0", name=op.f("ck_allowance_never_less")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_allowance_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_allowance_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_allowance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance")),
    )
    with op.batch_alter_table("allowance", schema=None) as batch_op:
        batch_op.create_index(
            "ix_allowance_assessment_id_person_id", ["assessment_id", "person_id"], unique=False
        )

    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sub_number", sa.Integer(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_article_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint(
            "edition_id", "number", "sub_number", name=op.f("uq_article_edition_id_number_sub_number")
        ),
    )
    op.create_table(
        "blueprint_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("how_many", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.CheckConstraint("how_many >= 1", name=op.f("ck_blueprint_line_at_least_one")),
        sa.CheckConstraint("worth >= 1", name=op.f("ck_blueprint_line_worth_something")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_blueprint_line_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=op.f("fk_blueprint_line_law_id_law")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_line")),
        sa.UniqueConstraint(
            "assessment_id", "position", name=op.f("uq_blueprint_line_assessment_id_position")
        ),
    )
    op.create_table(
        "division",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("first_article", sa.Integer(), nullable=False),
        sa.Column("last_article", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_article >= first_article", name=op.f("ck_division_articles_in_order")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_division_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_division_edition_id_position")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("landed_at", db.Moment(timezone=True), nullable=True),
        sa.Column("landed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'landed', 'undone', 'discarded')", name=op.f("ck_import_batch_state_known")
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_import_batch_bank_id_bank")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_import_batch_created_by_person")
        ),
        sa.ForeignKeyConstraint(["landed_by"], ["person.id"], name=op.f("fk_import_batch_landed_by_person")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_import_batch_owner_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_bank_id"), ["bank_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batch_owner_unit_id"), ["owner_unit_id"], unique=False)

    op.create_table(
        "key_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_key_point_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_point")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_key_point_edition_id_key")),
    )
    op.create_table(
        "practice_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("sub_article", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("scheduler", sa.String(length=40), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_right", sa.Boolean(), nullable=False),
        sa.CheckConstraint("due_on > reviewed_on", name=op.f("ck_practice_card_never_twice_a_day")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_practice_card_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_card_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_card")),
        sa.UniqueConstraint(
            "person_id",
            "edition_id",
            "article",
            "sub_article",
            name=op.f("uq_practice_card_person_id_edition_id_article_sub_article"),
        ),
    )
    with op.batch_alter_table("practice_card", schema=None) as batch_op:
        batch_op.create_index("ix_practice_card_edition_id_article", ["edition_id", "article"], unique=False)

    op.create_table(
        "practice_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("sub_article", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_practice_reset_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_reset_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_reset")),
        sa.UniqueConstraint(
            "person_id",
            "edition_id",
            "article",
            "sub_article",
            name=op.f("uq_practice_reset_person_id_edition_id_article_sub_article"),
        ),
    )
    op.create_table(
        "practice_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("started_at", db.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", db.Moment(timezone=True), nullable=True),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "way IN ('five', 'law', 'chapter', 'article', 'wrong', 'cases', 'mock')",
            name=op.f("ck_practice_run_way_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_practice_run_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_run_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run")),
    )
    with op.batch_alter_table("practice_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_practice_run_person_id_started_at", ["person_id", "started_at"], unique=False
        )

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'in_use', 'held', 'retired')", name=op.f("ck_question_state_known")
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_bank_id_bank")),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["question_version.id"],
            name="fk_question_current_version_id",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=op.f("fk_question_law_id_law")),
        sa.ForeignKeyConstraint(["parent_id"], ["question.id"], name=op.f("fk_question_parent_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("bank_id", "key", name=op.f("uq_question_bank_id_key")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_law_id_state", ["law_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "roster_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("unit_name", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("staff_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_sort", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=250), nullable=True),
        sa.Column("approver", sa.String(length=80), nullable=True),
        sa.Column("decided_at", db.Moment(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("after_close", sa.Boolean(), nullable=False),
        sa.Column("added_late", sa.Boolean(), nullable=False),
        sa.Column("exemption_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state = 'due' OR reason_code IS NOT NULL", name=op.f("ck_roster_entry_exempt_for_a_reason")
        ),
        sa.CheckConstraint("state IN ('due', 'exempt')", name=op.f("ck_roster_entry_state_known")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_roster_entry_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["exemption_id"], ["exemption.id"], name=op.f("fk_roster_entry_exemption_id_exemption")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roster_entry_person_id_person")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_roster_entry_roster_id_roster")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_entry_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entry")),
        sa.UniqueConstraint("roster_id", "person_id", name=op.f("uq_roster_entry_roster_id_person_id")),
    )
    with op.batch_alter_table("roster_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_roster_entry_after_close",
            ["roster_id"],
            unique=False,
            sqlite_where=sa.text("after_close"),
            postgresql_where=sa.text("after_close"),
        )
        batch_op.create_index(batch_op.f("ix_roster_entry_exemption_id"), ["exemption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_entry_person_id"), ["person_id"], unique=False)

    op.create_table(
        "session_citation",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("law_title", sa.String(length=80), nullable=False),
        sa.Column("article", sa.Integer(), nullable=True),
        sa.Column("sub_article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["study_session.id"], name=op.f("fk_session_citation_session_id_study_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "position", name=op.f("pk_session_citation")),
    )
    op.create_table(
        "session_series",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["study_series.id"], name=op.f("fk_session_series_series_id_study_series")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["study_session.id"], name=op.f("fk_session_series_session_id_study_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "series_id", name=op.f("pk_session_series")),
        sa.UniqueConstraint("series_id", "due_on", name=op.f("uq_session_series_series_id_due_on")),
    )
    op.create_table(
        "study_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", db.Moment(timezone=True), nullable=False),
        sa.Column("removed_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["study_session.id"], name=op.f("fk_study_attachment_session_id_study_session")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_study_attachment_uploaded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_attachment")),
    )
    with op.batch_alter_table("study_attachment", schema=None) as batch_op:
        batch_op.create_index("ix_study_attachment_session_id", ["session_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("roster_entry_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("made_up_on", sa.Date(), nullable=True),
        sa.Column("made_up_how", sa.String(length=250), nullable=True),
        sa.Column("updated_at", db.Moment(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "made_up_on IS NULL OR state <> 'present'", name=op.f("ck_attendance_who_came_makes_nothing_up")
        ),
        sa.CheckConstraint("state IN ('present', 'leave', 'absent')", name=op.f("ck_attendance_state_known")),
        sa.ForeignKeyConstraint(
            ["roster_entry_id"], ["roster_entry.id"], name=op.f("fk_attendance_roster_entry_id_roster_entry")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["study_session.id"], name=op.f("fk_attendance_session_id_study_session")
        ),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_attendance_updated_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "session_id", "roster_entry_id", name=op.f("uq_attendance_session_id_roster_entry_id")
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_roster_entry_id", ["roster_entry_id"], unique=False)

    op.create_table(
        "import_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.String(length=250), nullable=False),
        sa.Column("rules", sa.String(length=250), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "change IN ('', 'new', 'changed', 'gone')", name=op.f("ck_import_item_change_known")
        ),
        sa.CheckConstraint(
            "state IN ('ready', 'held', 'duplicate', 'left_out', 'landed', 'fragment')",
            name=op.f("ck_import_item_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_item_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_import_item_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_item")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_import_item_batch_id_position")),
    )
    with op.batch_alter_table("import_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_import_item_batch_id_state", ["batch_id", "state", "position"], unique=False
        )

    op.create_table(
        "key_point_citation",
        sa.Column("key_point_id", sa.Integer(), nullable=False),
        sa.Column("article_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_point_id"], ["key_point.id"], name=op.f("fk_key_point_citation_key_point_id_key_point")
        ),
        sa.PrimaryKeyConstraint("key_point_id", "article_number", name=op.f("pk_key_point_citation")),
    )
    op.create_table(
        "practice_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('keep', 'dismiss')", name=op.f("ck_practice_mark_what_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_mark_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_practice_mark_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_mark")),
        sa.UniqueConstraint("person_id", "question_id", name=op.f("uq_practice_mark_person_id_question_id")),
    )
    op.create_table(
        "question_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("law_title", sa.String(length=80), nullable=False),
        sa.Column("cites", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('single', 'multiple', 'judge')", name=op.f("ck_question_proposal_kind_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('taken', 'declined')", name=op.f("ck_question_proposal_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_question_proposal_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_proposal_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_question_proposal_settled_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_proposal")),
    )
    with op.batch_alter_table("question_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_proposal_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_question_proposal_unit_path_settled_at", ["unit_path", "settled_at"], unique=False
        )

    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_version_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=250), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("first_dealt_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('single', 'multiple', 'judge', 'fill', 'short', 'case')",
            name=op.f("ck_question_version_kind_known"),
        ),
        sa.CheckConstraint(
            "difficulty BETWEEN 1 AND 3", name=op.f("ck_question_version_difficulty_from_1_to_3")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_question_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["parent_version_id"],
            ["question_version.id"],
            name=op.f("fk_question_version_parent_version_id_question_version"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("question_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_version_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_question_version_parent_version_id"), ["parent_version_id"], unique=False
        )

    op.create_table(
        "result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("roster_entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("full", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("excellent", sa.Boolean(), nullable=False),
        sa.Column("make_up_score", sa.Integer(), nullable=True),
        sa.Column("make_up_full", sa.Integer(), nullable=True),
        sa.Column("final_took_part", sa.Boolean(), nullable=False),
        sa.Column("final_score", sa.Integer(), nullable=True),
        sa.Column("final_full", sa.Integer(), nullable=True),
        sa.Column("final_passed", sa.Boolean(), nullable=False),
        sa.Column("final_excellent", sa.Boolean(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("handed_in_at", db.Moment(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.CheckConstraint("due OR NOT took_part", name=op.f("ck_result_nobody_takes_part_who_is_not_due")),
        sa.CheckConstraint("passed OR NOT excellent", name=op.f("ck_result_excellent_is_passed")),
        sa.CheckConstraint("took_part OR NOT passed", name=op.f("ck_result_nobody_passes_who_took_no_part")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_result_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name="fk_result_attempt_id_attempt", use_alter=True
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_result_person_id_person")),
        sa.ForeignKeyConstraint(
            ["roster_entry_id"], ["roster_entry.id"], name=op.f("fk_result_roster_entry_id_roster_entry")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_result_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("roster_entry_id", name=op.f("uq_result_roster_entry_id")),
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.create_index("ix_result_assessment_id_unit_id", ["assessment_id", "unit_id"], unique=False)
        batch_op.create_index("ix_result_person_id", ["person_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("started_at", db.Moment(timezone=True), nullable=False),
        sa.Column("deadline", db.Moment(timezone=True), nullable=False),
        sa.Column("granted_seconds", sa.Integer(), nullable=False),
        sa.Column("device_session_id", sa.Integer(), nullable=True),
        sa.Column("device_number", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", db.Moment(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=10), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("full", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(handed_in_at IS NULL) = (score IS NULL)", name=op.f("ck_attempt_graded_when_handed_in")
        ),
        sa.CheckConstraint("handed_in_at <= deadline", name=op.f("ck_attempt_handed_in_by_the_deadline")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_attempt_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["device_session_id"],
            ["login_session.id"],
            name=op.f("fk_attempt_device_session_id_login_session"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_attempt_result_id_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "assessment_id", "person_id", "number", name=op.f("uq_attempt_assessment_id_person_id_number")
        ),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_open_deadline",
            ["deadline"],
            unique=False,
            sqlite_where=sa.text("handed_in_at IS NULL"),
            postgresql_where=sa.text("handed_in_at IS NULL"),
        )
        batch_op.create_index("ix_attempt_person_id", ["person_id"], unique=False)

    op.create_table(
        "citation",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=True),
        sa.Column("law_title", sa.String(length=80), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("sub_article", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("held_since", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_citation_edition_id_edition")),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=op.f("fk_citation_law_id_law")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_citation_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index("ix_citation_law_id_article", ["law_id", "article"], unique=False)

    op.create_table(
        "fault_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=250), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fault_report_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_fault_report_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_fault_report_settled_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_fault_report_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_report")),
    )
    with op.batch_alter_table("fault_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_report_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_fault_report_question_id_settled_at", ["question_id", "settled_at"], unique=False
        )

    op.create_table(
        "practice_item",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.String(length=26), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", db.Moment(timezone=True), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("knows", sa.String(length=10), nullable=True),
        sa.Column("skipped", sa.String(length=10), nullable=True),
        sa.CheckConstraint("knows IN ('sure', 'unsure')", name=op.f("ck_practice_item_knows_known")),
        sa.CheckConstraint(
            "is_right IS NULL OR answered_at IS NOT NULL", name=op.f("ck_practice_item_judged_when_answered")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_item_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_practice_item_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["practice_run.id"], name=op.f("fk_practice_item_run_id_practice_run")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_practice_item_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_practice_item")),
    )
    with op.batch_alter_table("practice_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_practice_item_person_id_question_id", ["person_id", "question_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_practice_item_version_id"), ["version_id"], unique=False)

    op.create_table(
        "question_picture",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["question_version.id"],
            name=op.f("fk_question_picture_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_question_picture")),
    )
    op.create_table(
        "question_ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("ruling", sa.String(length=10), nullable=False),
        sa.Column("key", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ruling IN ('full', 'left_out', 're_key')", name=op.f("ck_question_ruling_ruling_known")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_question_ruling_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_question_ruling_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["question_version.id"],
            name=op.f("fk_question_ruling_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_ruling")),
        sa.UniqueConstraint(
            "assessment_id", "version_id", name=op.f("uq_question_ruling_assessment_id_version_id")
        ),
    )
    op.create_table(
        "score_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("old_score", sa.Integer(), nullable=True),
        sa.Column("old_full", sa.Integer(), nullable=True),
        sa.Column("new_score", sa.Integer(), nullable=True),
        sa.Column("new_full", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_score_change_decided_by_person")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_score_change_result_id_result")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_score_change_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_change")),
    )
    with op.batch_alter_table("score_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_change_result_id"), ["result_id"], unique=False)

    op.create_table(
        "attempt_item",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.String(length=26), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("answered_at", db.Moment(timezone=True), nullable=True),
        sa.Column("save_no", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_item_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_attempt_item_marked_by_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_attempt_item_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_attempt_item")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attempt_item", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_item_version_id", ["version_id"], unique=False)

    # Keys that go in circles: SQLite takes them inside the table, PostgreSQL once both tables stand.
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key("fk_unit_contact_id_person", "unit", "person", ["contact_id"], ["id"])
        op.create_foreign_key(
            "fk_question_current_version_id", "question", "question_version", ["current_version_id"], ["id"]
        )
        op.create_foreign_key("fk_result_attempt_id_attempt", "result", "attempt", ["attempt_id"], ["id"])
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("there is nothing before this: restore a backup")


def _append_only(dialect: str) -> list[str]:
    """The audit trail is written once: neither an update nor a delete gets through."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION audit_event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append only'; END $$",
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()",
    ]
