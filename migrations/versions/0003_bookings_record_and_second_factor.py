"""bookings, the record and the second factor

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asking',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.Enum('before', 'looking_back', 'after', 'later', name='moment', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_asking_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_asking_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asking')),
    sa.UniqueConstraint('session_id', 'person_id', 'moment', name=op.f('uq_asking_session_id_person_id_moment'))
    )
    op.create_table('booking',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('requested', 'confirmed', 'waitlisted', 'offered', 'declined', 'lapsed', 'cancelled', 'transferred', name='bookingstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_by_id', sa.Integer(), nullable=True),
    sa.Column('queue_number', sa.Integer(), nullable=True),
    sa.Column('keeps_waiting', sa.Boolean(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('area', sa.Enum('leicester', 'leicestershire', 'rutland', 'across', name='area', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('needs', sa.Text(), nullable=False),
    sa.Column('calendar_sequence', sa.Integer(), nullable=False),
    sa.Column('overbooked_by_id', sa.Integer(), nullable=True),
    sa.Column('overbooked_why', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(overbooked_by_id IS NULL) = (overbooked_why = '')", name=op.f('ck_booking_overbooked_by_someone_with_a_reason')),
    sa.CheckConstraint("(state = 'waitlisted') = (queue_number IS NOT NULL)", name=op.f('ck_booking_queued_while_waiting')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_booking_agency_id_agency')),
    sa.ForeignKeyConstraint(['booked_by_id'], ['user.id'], name=op.f('fk_booking_booked_by_id_user')),
    sa.ForeignKeyConstraint(['overbooked_by_id'], ['user.id'], name=op.f('fk_booking_overbooked_by_id_user')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_booking_person_id_person')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_booking_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('code', name=op.f('uq_booking_code')),
    sa.UniqueConstraint('session_id', 'queue_number', name=op.f('uq_booking_session_id_queue_number'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index('ix_booking_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_booking_session_id_state', ['session_id', 'state'], unique=False)
        batch_op.create_index('uq_booking_active', ['session_id', 'person_id'], unique=True, sqlite_where=sa.text("state IN ('confirmed', 'offered', 'requested', 'waitlisted')"), postgresql_where=sa.text("state IN ('confirmed', 'offered', 'requested', 'waitlisted')"))

    op.create_table('completion',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('session', 'elsewhere', 'e_learning', name='completionsource', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('completed_on', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_why', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(source = 'session') = (session_id IS NOT NULL)", name=op.f('ck_completion_session_of_its_source')),
    sa.CheckConstraint('minutes IS NULL OR minutes > 0', name=op.f('ck_completion_minutes_positive')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_completion_agency_id_agency')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_completion_course_id_course')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_completion_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_completion_recorded_by_id_user')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_completion_session_id_training_session')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['user.id'], name=op.f('fk_completion_withdrawn_by_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_completion'))
    )
    with op.batch_alter_table('completion', schema=None) as batch_op:
        batch_op.create_index('ix_completion_session_id', ['session_id'], unique=False)
        batch_op.create_index('uq_completion_live', ['person_id', 'session_id'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('evaluation_code',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_evaluation_code_session_id_training_session')),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_evaluation_code')),
    sa.UniqueConstraint('code', name=op.f('uq_evaluation_code_code'))
    )
    op.create_table('recovery_code',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_recovery_code_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('register_change',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('open', 'closed', name='registerstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_register_change_actor_id_user')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_register_change_session_id_training_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_change'))
    )
    with op.batch_alter_table('register_change', schema=None) as batch_op:
        batch_op.create_index('ix_register_change_session_id', ['session_id'], unique=False)

    op.create_table('second_factor',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sealed_secret', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=True),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('wait_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_second_factor_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_second_factor'))
    )
    op.create_table('booking_change',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('from_state', sa.Enum('requested', 'confirmed', 'waitlisted', 'offered', 'declined', 'lapsed', 'cancelled', 'transferred', name='from_state', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('to_state', sa.Enum('requested', 'confirmed', 'waitlisted', 'offered', 'declined', 'lapsed', 'cancelled', 'transferred', name='to_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_booking_change_actor_id_user')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booking_change_booking_id_booking')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_change'))
    )
    with op.batch_alter_table('booking_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booking_change_booking_id'), ['booking_id'], unique=False)

    op.create_table('offer',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum('accepted', 'declined', 'lapsed', 'withdrawn', name='offeroutcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(outcome IS NULL) = (answered_at IS NULL)', name=op.f('ck_offer_answered_with_an_outcome')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_offer_booking_id_booking')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index('ix_offer_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('uq_offer_live', ['booking_id'], unique=True, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('booking_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_attendance_mark_booking_id'), ['booking_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_attendance_mark_booking_id_booking'), 'booking', ['booking_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_attendance_mark_booking_id_booking'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_attendance_mark_booking_id'))
        batch_op.drop_column('booking_id')

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index('uq_offer_live', sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.drop_index('ix_offer_expires_at')

    op.drop_table('offer')
    with op.batch_alter_table('booking_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_booking_change_booking_id'))

    op.drop_table('booking_change')
    op.drop_table('second_factor')
    with op.batch_alter_table('register_change', schema=None) as batch_op:
        batch_op.drop_index('ix_register_change_session_id')

    op.drop_table('register_change')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_user_id'))

    op.drop_table('recovery_code')
    op.drop_table('evaluation_code')
    with op.batch_alter_table('completion', schema=None) as batch_op:
        batch_op.drop_index('uq_completion_live', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
        batch_op.drop_index('ix_completion_session_id')

    op.drop_table('completion')
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index('uq_booking_active', sqlite_where=sa.text("state IN ('confirmed', 'offered', 'requested', 'waitlisted')"), postgresql_where=sa.text("state IN ('confirmed', 'offered', 'requested', 'waitlisted')"))
        batch_op.drop_index('ix_booking_session_id_state')
        batch_op.drop_index('ix_booking_person_id')

    op.drop_table('booking')
    op.drop_table('asking')
