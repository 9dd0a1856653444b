"""the first tables

Revision: 0001, after nothing
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agency',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('sector', sa.Enum('local_authority', 'district_council', 'police', 'health', 'education', 'probation', 'fire', 'family_court', 'voluntary', name='sector', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('area', sa.Enum('leicester', 'leicestershire', 'rutland', 'across', name='area', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('statutory_partner', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to', name=op.f('ck_agency_dates_in_order')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['agency.id'], name=op.f('fk_agency_merged_into_id_agency')),
    sa.ForeignKeyConstraint(['parent_id'], ['agency.id'], name=op.f('fk_agency_parent_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('name', name=op.f('uq_agency_name'))
    )
    op.create_table('business_plan',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_business_plan_dates_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_business_plan')),
    sa.UniqueConstraint('name', name=op.f('uq_business_plan_name'))
    )
    op.create_table('course',
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('slug', name=op.f('uq_course_slug')),
    sa.UniqueConstraint('title', name=op.f('uq_course_title'))
    )
    op.create_table('demonstration',
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demonstration'))
    )
    op.create_table('instrument_version',
    sa.Column('instrument', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_version')),
    sa.UniqueConstraint('instrument', 'number', name=op.f('uq_instrument_version_instrument_number'))
    )
    op.create_table('job_run',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_run'))
    )
    op.create_table('letter',
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.Column('attachment_name', sa.String(length=120), nullable=True),
    sa.Column('attachment_type', sa.String(length=120), nullable=True),
    sa.Column('attachment', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('queued', 'sending', 'sent', 'failed', name='letterstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_failure', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('message_id', name=op.f('uq_letter_message_id'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index('ix_letter_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('person',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_person_email_lower_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('uq_person_email', ['email'], unique=True)

    op.create_table('provider',
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider')),
    sa.UniqueConstraint('name', name=op.f('uq_provider_name'))
    )
    op.create_table('sign_in_code',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('network_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries_left', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_code'))
    )
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_code_email_created_at', ['email', 'created_at'], unique=False)
        batch_op.create_index('ix_sign_in_code_network_hash_created_at', ['network_hash', 'created_at'], unique=False)

    op.create_table('venue',
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('area', sa.Enum('leicester', 'leicestershire', 'rutland', 'across', name='area', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('is_online', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venue')),
    sa.UniqueConstraint('name', name=op.f('uq_venue_name'))
    )
    op.create_table('agency_alias',
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('comparable', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_alias_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_alias')),
    sa.UniqueConstraint('comparable', name=op.f('uq_agency_alias_comparable'))
    )
    with op.batch_alter_table('agency_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_alias_agency_id'), ['agency_id'], unique=False)

    op.create_table('post',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('ended_on IS NULL OR started_on <= ended_on', name=op.f('ck_post_dates_in_order')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_post_agency_id_agency')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_post_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_person_id', ['person_id'], unique=False)

    op.create_table('priority',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['business_plan.id'], name=op.f('fk_priority_plan_id_business_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority')),
    sa.UniqueConstraint('plan_id', 'name', name=op.f('uq_priority_plan_id_name'))
    )
    op.create_table('question',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('rating', 'words', name='questionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('hint', sa.String(length=300), nullable=False),
    sa.Column('low_label', sa.String(length=60), nullable=False),
    sa.Column('high_label', sa.String(length=60), nullable=False),
    sa.Column('scale_min', sa.Integer(), nullable=True),
    sa.Column('scale_max', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'rating') = (scale_min IS NOT NULL)", name=op.f('ck_question_ratings_have_a_scale')),
    sa.CheckConstraint('(scale_min IS NULL) = (scale_max IS NULL)', name=op.f('ck_question_scale_has_both_ends')),
    sa.CheckConstraint('scale_min IS NULL OR scale_min < scale_max', name=op.f('ck_question_scale_in_order')),
    sa.ForeignKeyConstraint(['version_id'], ['instrument_version.id'], name=op.f('fk_question_version_id_instrument_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('version_id', 'key', name=op.f('uq_question_version_id_key')),
    sa.UniqueConstraint('version_id', 'position', name=op.f('uq_question_version_id_position'))
    )
    op.create_table('training_session',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('strand', sa.Enum('core', 'commissioned', 'large_event', 'briefing', 'dsl_initial', 'dsl_refresher', 'forum', 'network', name='strand', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('format', sa.Enum('in_person', 'online', 'blended_two_part', name='format', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('status', sa.Enum('draft', 'published', 'cancelled', name='sessionstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=True),
    sa.Column('counts_in_programme', sa.Boolean(), nullable=False),
    sa.Column('evaluation_mode', sa.Enum('standard', 'separate', 'none', name='evaluationmode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=True),
    sa.Column('no_data_reason', sa.Text(), nullable=True),
    sa.Column('priority_text', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('capacity >= 0', name=op.f('ck_training_session_capacity_not_negative')),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_training_session_days_in_order')),
    sa.CheckConstraint('headcount IS NULL OR headcount >= 0', name=op.f('ck_training_session_headcount_not_negative')),
    sa.CheckConstraint('headcount IS NULL OR no_data_reason IS NULL', name=op.f('ck_training_session_headcount_or_no_data')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_training_session_course_id_course')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_training_session_provider_id_provider')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_session')),
    sa.UniqueConstraint('course_id', 'first_day', 'starts_at', name=op.f('uq_training_session_course_id_first_day_starts_at'))
    )
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.create_index('ix_training_session_last_day', ['last_day'], unique=False)

    op.create_table('user',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('session_key', sa.String(length=43), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_user_email_lower_case')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_user_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('person_id', name=op.f('uq_user_person_id')),
    sa.UniqueConstraint('session_key', name=op.f('uq_user_session_key'))
    )
    op.create_table('audit_entry',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_audit_entry_actor_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_subject', ['subject_type', 'subject_id'], unique=False)

    op.create_table('pairing',
    sa.Column('pairing_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pairing_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_pairing_session_id_training_session')),
    sa.PrimaryKeyConstraint('pairing_id', name=op.f('pk_pairing')),
    sa.UniqueConstraint('person_id', 'session_id', name=op.f('uq_pairing_person_id_session_id'))
    )
    with op.batch_alter_table('pairing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pairing_session_id'), ['session_id'], unique=False)

    op.create_table('priority_alias',
    sa.Column('priority_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['priority_id'], ['priority.id'], name=op.f('fk_priority_alias_priority_id_priority')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority_alias')),
    sa.UniqueConstraint('priority_id', 'name', name=op.f('uq_priority_alias_priority_id_name'))
    )
    op.create_table('publication',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('forms', sa.Integer(), nullable=False),
    sa.Column('pairs', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_publication_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_session_id'), ['session_id'], unique=False)

    op.create_table('rating_pattern',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.Integer(), nullable=True),
    sa.Column('looking_back', sa.Integer(), nullable=True),
    sa.Column('after', sa.Integer(), nullable=True),
    sa.Column('later', sa.Integer(), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('n > 0', name=op.f('ck_rating_pattern_n_positive')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_rating_pattern_agency_id_agency')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_rating_pattern_question_id_question')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_rating_pattern_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_pattern'))
    )
    with op.batch_alter_table('rating_pattern', schema=None) as batch_op:
        batch_op.create_index('ix_rating_pattern_session_id', ['session_id'], unique=False)

    op.create_table('response',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.Enum('before', 'looking_back', 'after', 'later', name='moment', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('pairing_id', sa.Uuid(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_response_agency_id_agency')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_response_session_id_training_session')),
    sa.ForeignKeyConstraint(['version_id'], ['instrument_version.id'], name=op.f('fk_response_version_id_instrument_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response')),
    sa.UniqueConstraint('pairing_id', 'moment', name=op.f('uq_response_pairing_id_moment'))
    )
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index('ix_response_session_id_moment', ['session_id', 'moment'], unique=False)

    op.create_table('role_grant',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('practitioner', 'coordinator', 'trainer', 'administrator', 'reviewer', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(role = 'coordinator') = (agency_id IS NOT NULL)", name=op.f('ck_role_grant_agency_for_coordinators')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_role_grant_agency_id_agency')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['user.id'], name=op.f('fk_role_grant_granted_by_id_user')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_role_grant_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_user_id'), ['user_id'], unique=False)
        batch_op.create_index('uq_role_grant_live', ['user_id', 'role'], unique=True, sqlite_where=sa.text('ended_at IS NULL AND agency_id IS NULL'), postgresql_where=sa.text('ended_at IS NULL AND agency_id IS NULL'))
        batch_op.create_index('uq_role_grant_live_for_agency', ['user_id', 'role', 'agency_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL AND agency_id IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND agency_id IS NOT NULL'))

    op.create_table('session_part',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('in_person', 'online', 'e_learning', name='partkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('starts_at', sa.Time(), nullable=True),
    sa.Column('ends_at', sa.Time(), nullable=True),
    sa.Column('venue_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(on_day IS NULL) = (starts_at IS NULL) AND (on_day IS NULL) = (ends_at IS NULL)', name=op.f('ck_session_part_dated_or_not')),
    sa.CheckConstraint('starts_at IS NULL OR starts_at < ends_at', name=op.f('ck_session_part_times_in_order')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_session_part_session_id_training_session')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_session_part_venue_id_venue')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_part')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_session_part_session_id_position'))
    )
    op.create_table('session_priority',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('priority_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['priority_id'], ['priority.id'], name=op.f('fk_session_priority_priority_id_priority')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_session_priority_session_id_training_session')),
    sa.PrimaryKeyConstraint('session_id', 'priority_id', name=op.f('pk_session_priority'))
    )
    op.create_table('session_trainer',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_session_trainer_session_id_training_session')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_session_trainer_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_trainer')),
    sa.UniqueConstraint('session_id', 'user_id', name=op.f('uq_session_trainer_session_id_user_id'))
    )
    with op.batch_alter_table('session_trainer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_trainer_user_id'), ['user_id'], unique=False)

    op.create_table('stated_fact',
    sa.Column('business_year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('separate_survey', 'cost', 'web_pages', 'distribution_list', 'resources', 'other', name='factkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('figure', sa.String(length=60), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stated_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['stated_by_id'], ['user.id'], name=op.f('fk_stated_fact_stated_by_id_user')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['user.id'], name=op.f('fk_stated_fact_withdrawn_by_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stated_fact'))
    )
    with op.batch_alter_table('stated_fact', schema=None) as batch_op:
        batch_op.create_index('ix_stated_fact_business_year', ['business_year'], unique=False)

    op.create_table('attendance_mark',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('attended', 'part_attended', 'absent', name='mark', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('area', sa.Enum('leicester', 'leicestershire', 'rutland', 'across', name='area', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('marked_by_id', sa.Integer(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_attendance_mark_agency_id_agency')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['user.id'], name=op.f('fk_attendance_mark_marked_by_id_user')),
    sa.ForeignKeyConstraint(['part_id'], ['session_part.id'], name=op.f('fk_attendance_mark_part_id_session_part')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attendance_mark_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_attendance_mark_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_mark'))
    )
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_mark_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_attendance_mark_session_id', ['session_id'], unique=False)
        batch_op.create_index('uq_attendance_mark_live', ['part_id', 'person_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('comment',
    sa.Column('response_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('may_quote', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('new', 'released', 'withheld', name='commentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('released_text', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'released') = (released_text IS NOT NULL)", name=op.f('ck_comment_released_has_text')),
    sa.CheckConstraint("state <> 'released' OR may_quote", name=op.f('ck_comment_released_only_with_consent')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_comment_decided_by_id_user')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_comment_question_id_question')),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_comment_response_id_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment')),
    sa.UniqueConstraint('response_id', 'question_id', name=op.f('uq_comment_response_id_question_id'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_state'), ['state'], unique=False)

    op.create_table('rating',
    sa.Column('response_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_rating_question_id_question')),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_rating_response_id_response')),
    sa.PrimaryKeyConstraint('response_id', 'question_id', name=op.f('pk_rating'))
    )


def downgrade() -> None:
    op.drop_table('rating')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_state'))

    op.drop_table('comment')
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.drop_index('uq_attendance_mark_live', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
        batch_op.drop_index('ix_attendance_mark_session_id')
        batch_op.drop_index('ix_attendance_mark_person_id')

    op.drop_table('attendance_mark')
    with op.batch_alter_table('stated_fact', schema=None) as batch_op:
        batch_op.drop_index('ix_stated_fact_business_year')

    op.drop_table('stated_fact')
    with op.batch_alter_table('session_trainer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_trainer_user_id'))

    op.drop_table('session_trainer')
    op.drop_table('session_priority')
    op.drop_table('session_part')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_role_grant_live_for_agency', sqlite_where=sa.text('ended_at IS NULL AND agency_id IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND agency_id IS NOT NULL'))
        batch_op.drop_index('uq_role_grant_live', sqlite_where=sa.text('ended_at IS NULL AND agency_id IS NULL'), postgresql_where=sa.text('ended_at IS NULL AND agency_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_role_grant_user_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_session_id_moment')

    op.drop_table('response')
    with op.batch_alter_table('rating_pattern', schema=None) as batch_op:
        batch_op.drop_index('ix_rating_pattern_session_id')

    op.drop_table('rating_pattern')
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_session_id'))

    op.drop_table('publication')
    op.drop_table('priority_alias')
    with op.batch_alter_table('pairing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pairing_session_id'))

    op.drop_table('pairing')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')

    op.drop_table('audit_entry')
    op.drop_table('user')
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.drop_index('ix_training_session_last_day')

    op.drop_table('training_session')
    op.drop_table('question')
    op.drop_table('priority')
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index('ix_post_person_id')

    op.drop_table('post')
    with op.batch_alter_table('agency_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agency_alias_agency_id'))

    op.drop_table('agency_alias')
    op.drop_table('venue')
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_code_network_hash_created_at')
        batch_op.drop_index('ix_sign_in_code_email_created_at')

    op.drop_table('sign_in_code')
    op.drop_table('provider')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('uq_person_email')

    op.drop_table('person')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_state_due_at')

    op.drop_table('letter')
    op.drop_table('job_run')
    op.drop_table('instrument_version')
    op.drop_table('demonstration')
    op.drop_table('course')
    op.drop_table('business_plan')
    op.drop_table('agency')
