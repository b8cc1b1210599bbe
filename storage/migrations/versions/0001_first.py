"""The registry as it was first built

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from storage.tables import Moment
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('idempotency',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_idempotency'))
    )
    op.create_table('merkle_heads',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('leaves', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('token', sa.Text(), nullable=True),
    sa.Column('timestamped_at', Moment(), nullable=True),
    sa.Column('told_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_merkle_heads')),
    sa.UniqueConstraint('day', name=op.f('uq_merkle_heads_day'))
    )
    with op.batch_alter_table('merkle_heads', schema=None) as batch_op:
        batch_op.create_index('ix_merkle_heads_untimed', ['number'], unique=False, sqlite_where=sa.text('token IS NULL'), postgresql_where=sa.text('token IS NULL'))

    op.create_table('qr_keys',
    sa.Column('kid', sa.String(length=20), nullable=False),
    sa.Column('jwk', sa.JSON(), nullable=False),
    sa.Column('first_used_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('kid', name=op.f('pk_qr_keys'))
    )
    op.create_table('removals',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('decided_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_removals'))
    )
    op.create_table('series',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_series'))
    )
    op.create_table('subjects',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('lease_number', sa.Integer(), nullable=False),
    sa.Column('lease_holder', sa.String(length=120), nullable=True),
    sa.Column('lease_expires_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subjects'))
    )
    with op.batch_alter_table('subjects', schema=None) as batch_op:
        batch_op.create_index('ix_subjects_lease_expires_at', ['lease_expires_at'], unique=False)

    op.create_table('throttles',
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('window_began', Moment(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('closed_until', Moment(), nullable=True),
    sa.Column('closings', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_throttles'))
    )
    with op.batch_alter_table('throttles', schema=None) as batch_op:
        batch_op.create_index('ix_throttles_window_began', ['window_began'], unique=False)

    op.create_table('units',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('parent_id', sa.String(length=64), nullable=True),
    sa.Column('path', sa.String(length=600), nullable=False),
    sa.Column('four_eyes', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_units_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('code', name=op.f('uq_units_code')),
    sa.UniqueConstraint('path', name=op.f('uq_units_path'))
    )
    op.create_table('verifications',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('stored_as', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('requested_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.Column('held_until', Moment(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('fault_code', sa.String(length=60), nullable=True),
    sa.Column('fault_detail', sa.String(length=1000), nullable=True),
    sa.Column('fault_advice', sa.String(length=1000), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verifications'))
    )
    with op.batch_alter_table('verifications', schema=None) as batch_op:
        batch_op.create_index('ix_verifications_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_verifications_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('announcements',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('dispatched_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_announcements_subject_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index('ix_announcements_created_at', ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_announcements_dispatched_at', ['dispatched_at'], unique=False)

    op.create_table('attempts',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('holder', sa.String(length=120), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=True),
    sa.Column('message', sa.String(length=1000), nullable=True),
    sa.Column('signing_key', sa.String(length=120), nullable=True),
    sa.Column('signed_object', sa.String(length=64), nullable=True),
    sa.Column('discarded', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_attempts_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', 'number', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index('ix_attempts_outcome', ['outcome'], unique=False)

    op.create_table('books',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('volume', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=True),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_books_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_books')),
    sa.UniqueConstraint('unit_id', 'kind', 'year', 'volume', name=op.f('uq_books_unit_id_kind_year_volume'))
    )
    with op.batch_alter_table('books', schema=None) as batch_op:
        batch_op.create_index('uq_books_open', ['unit_id', 'kind'], unique=True, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.create_table('clients',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('secret_hash', sa.String(length=300), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_clients_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients'))
    )
    op.create_table('dossiers',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('procedure_code', sa.String(length=40), nullable=False),
    sa.Column('procedure_name', sa.String(length=500), nullable=False),
    sa.Column('holder_name', sa.String(length=300), nullable=True),
    sa.Column('holder_id', sa.String(length=40), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('resolved_on', sa.Date(), nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_dossiers_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossiers')),
    sa.UniqueConstraint('code', name=op.f('uq_dossiers_code'))
    )
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.create_index('ix_dossiers_unit_id_resolved_on', ['unit_id', 'resolved_on'], unique=False)

    op.create_table('event_private',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_event_private_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', 'sequence', 'name', name=op.f('pk_event_private'))
    )
    op.create_table('events',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_events_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', 'sequence', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_at', ['at'], unique=False)

    op.create_table('merkle_leaves',
    sa.Column('head_number', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['head_number'], ['merkle_heads.number'], name=op.f('fk_merkle_leaves_head_number')),
    sa.PrimaryKeyConstraint('head_number', 'position', name=op.f('pk_merkle_leaves')),
    sa.UniqueConstraint('kind', 'name', name=op.f('uq_merkle_leaves_kind_name'))
    )
    op.create_table('outbox',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_outbox_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due_at', ['due_at'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=100), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('password_hash', sa.String(length=300), nullable=False),
    sa.Column('failed_logins', sa.Integer(), nullable=False),
    sa.Column('locked_until', Moment(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_people_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('username', name=op.f('uq_people_username'))
    )
    op.create_table('register_years',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=True),
    sa.Column('void', sa.Integer(), nullable=True),
    sa.Column('copies', sa.Integer(), nullable=True),
    sa.Column('fee_vnd', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_register_years_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'kind', 'year', name=op.f('pk_register_years'))
    )
    op.create_table('renewals',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('renewed_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_renewals_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', 'key', name=op.f('pk_renewals'))
    )
    with op.batch_alter_table('renewals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_renewals_key'), ['key'], unique=False)

    op.create_table('seal_orders',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('ordered_by', sa.String(length=64), nullable=False),
    sa.Column('ordered_at', Moment(), nullable=False),
    sa.Column('document_ids', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_seal_orders_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal_orders'))
    )
    op.create_table('signature_health',
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('object_key', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('weakens_at', Moment(), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('archive_timestamps', sa.Integer(), nullable=False),
    sa.Column('examined_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_signature_health_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', name=op.f('pk_signature_health'))
    )
    with op.batch_alter_table('signature_health', schema=None) as batch_op:
        batch_op.create_index('ix_signature_health_weakens_at', ['weakens_at'], unique=False)

    op.create_table('authorities',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('acts', sa.JSON(), nullable=False),
    sa.Column('basis', sa.String(length=20), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('starts_at', Moment(), nullable=False),
    sa.Column('ends_at', Moment(), nullable=True),
    sa.Column('granted_by', sa.String(length=64), nullable=True),
    sa.Column('entered_by', sa.String(length=64), nullable=False),
    sa.Column('entered_at', Moment(), nullable=False),
    sa.Column('ended_early_at', Moment(), nullable=True),
    sa.Column('ended_by', sa.String(length=64), nullable=True),
    sa.Column('end_reason', sa.String(length=1000), nullable=True),
    sa.ForeignKeyConstraint(['granted_by'], ['authorities.id'], name=op.f('fk_authorities_granted_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_authorities_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_authorities_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authorities'))
    )
    with op.batch_alter_table('authorities', schema=None) as batch_op:
        batch_op.create_index('ix_authorities_unit_id_person_id', ['unit_id', 'person_id'], unique=False)

    op.create_table('certifications',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=30), nullable=False),
    sa.Column('procedure_code', sa.String(length=40), nullable=False),
    sa.Column('certifier', sa.String(length=64), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('same_day', sa.Boolean(), nullable=False),
    sa.Column('extended_days', sa.Integer(), nullable=False),
    sa.Column('extension_reason', sa.String(length=1000), nullable=True),
    sa.Column('agreed_in_writing', sa.Boolean(), nullable=False),
    sa.Column('requester_name', sa.String(length=200), nullable=False),
    sa.Column('requester_id_number', sa.String(length=40), nullable=False),
    sa.Column('requester_address', sa.String(length=500), nullable=False),
    sa.Column('requester_email', sa.String(length=254), nullable=False),
    sa.Column('requester_phone', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['certifier'], ['people.id'], name=op.f('fk_certifications_certifier')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_certifications_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certifications'))
    )
    with op.batch_alter_table('certifications', schema=None) as batch_op:
        batch_op.create_index('ix_certifications_unit_id_opened_at', ['unit_id', 'opened_at', 'id'], unique=False)

    op.create_table('results',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=2000), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('cancelled_on', sa.Date(), nullable=True),
    sa.Column('from_upload', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_results_dossier_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_results_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results')),
    sa.UniqueConstraint('dossier_id', 'ordinal', name=op.f('uq_results_dossier_id_ordinal'))
    )
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.create_index('ix_results_unit_id_issued_on', ['unit_id', 'issued_on'], unique=False)

    op.create_table('sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('proved_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sessions_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sessions'))
    )
    op.create_table('tokens',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_tokens_client_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_tokens'))
    )
    op.create_table('webhook_endpoints',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('previous_until', Moment(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('disabled_reason', sa.String(length=300), nullable=True),
    sa.Column('failing_since', Moment(), nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_webhook_endpoints_client_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_webhook_endpoints_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints')),
    sa.UniqueConstraint('client_id', 'url', name=op.f('uq_webhook_endpoints_client_id_url'))
    )
    op.create_table('copies',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('certification_id', sa.String(length=64), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('number', sa.String(length=120), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('foreign_paper', sa.Boolean(), nullable=False),
    sa.Column('foreign_kind', sa.String(length=40), nullable=False),
    sa.Column('legalised', sa.Boolean(), nullable=False),
    sa.Column('fee_vnd', sa.Integer(), nullable=False),
    sa.Column('verification_code', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('waiting_for', sa.String(length=20), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('secrecy', sa.Boolean(), nullable=False),
    sa.Column('cleared', sa.Boolean(), nullable=False),
    sa.Column('certifier', sa.String(length=64), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=True),
    sa.Column('key_used_at', sa.String(length=40), nullable=True),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('captured_pages', sa.Integer(), nullable=True),
    sa.Column('problem', sa.String(length=1000), nullable=False),
    sa.Column('reading_key', sa.String(length=64), nullable=True),
    sa.Column('archive_key', sa.String(length=64), nullable=True),
    sa.Column('attested_key', sa.String(length=64), nullable=True),
    sa.Column('token_certificates', sa.JSON(), nullable=True),
    sa.Column('prepared_key', sa.String(length=64), nullable=True),
    sa.Column('prepared_until', Moment(), nullable=True),
    sa.Column('answer_key', sa.String(length=64), nullable=True),
    sa.Column('untimed_key', sa.String(length=64), nullable=True),
    sa.Column('place_bytes', sa.Integer(), nullable=True),
    sa.Column('signed_key', sa.String(length=64), nullable=True),
    sa.Column('sealed_key', sa.String(length=64), nullable=True),
    sa.Column('signer', sa.String(length=64), nullable=True),
    sa.Column('seal_order_id', sa.String(length=64), nullable=True),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('sealed_at', Moment(), nullable=True),
    sa.Column('issued_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('successor_id', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['authority_id'], ['authorities.id'], name=op.f('fk_copies_authority_id')),
    sa.ForeignKeyConstraint(['certification_id'], ['certifications.id'], name=op.f('fk_copies_certification_id')),
    sa.ForeignKeyConstraint(['id'], ['subjects.id'], name=op.f('fk_copies_id')),
    sa.ForeignKeyConstraint(['seal_order_id'], ['seal_orders.id'], name=op.f('fk_copies_seal_order_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['copies.id'], name=op.f('fk_copies_successor_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_copies_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_copies')),
    sa.UniqueConstraint('certification_id', 'ordinal', name=op.f('uq_copies_certification_id_ordinal')),
    sa.UniqueConstraint('verification_code', name=op.f('uq_copies_verification_code'))
    )
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.create_index('ix_copies_unit_id_issued_at', ['unit_id', 'issued_at'], unique=False)
        batch_op.create_index('ix_copies_unit_id_state_opened_at', ['unit_id', 'state', 'opened_at', 'id'], unique=False)
        batch_op.create_index('ix_copies_waiting_for_changed_at', ['waiting_for', 'changed_at'], unique=False)

    op.create_table('documents',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('waiting_for', sa.String(length=20), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('hands', sa.JSON(), nullable=False),
    sa.Column('four_eyes', sa.Boolean(), nullable=False),
    sa.Column('cleared', sa.Boolean(), nullable=False),
    sa.Column('metadata_version', sa.Integer(), nullable=False),
    sa.Column('purge_proposed_by', sa.String(length=64), nullable=True),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('reading_key', sa.String(length=64), nullable=True),
    sa.Column('archive_key', sa.String(length=64), nullable=True),
    sa.Column('capture_key', sa.String(length=64), nullable=True),
    sa.Column('sealed_key', sa.String(length=64), nullable=True),
    sa.Column('metadata_key', sa.String(length=64), nullable=True),
    sa.Column('metadata_signature_key', sa.String(length=64), nullable=True),
    sa.Column('digitization_code', sa.String(length=200), nullable=True),
    sa.Column('result_code', sa.String(length=80), nullable=True),
    sa.Column('doc_code', sa.String(length=30), nullable=True),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('signer', sa.String(length=64), nullable=True),
    sa.Column('seal_order_id', sa.String(length=64), nullable=True),
    sa.Column('token_certificates', sa.JSON(), nullable=True),
    sa.Column('prepared_key', sa.String(length=64), nullable=True),
    sa.Column('answer_key', sa.String(length=64), nullable=True),
    sa.Column('untimed_key', sa.String(length=64), nullable=True),
    sa.Column('untimed_data_key', sa.String(length=64), nullable=True),
    sa.Column('place_bytes', sa.Integer(), nullable=True),
    sa.Column('prepared_until', Moment(), nullable=True),
    sa.Column('sealed_at', Moment(), nullable=True),
    sa.Column('published_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('successor_id', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['subjects.id'], name=op.f('fk_documents_id')),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_documents_result_id')),
    sa.ForeignKeyConstraint(['seal_order_id'], ['seal_orders.id'], name=op.f('fk_documents_seal_order_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['documents.id'], name=op.f('fk_documents_successor_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_documents_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sa.UniqueConstraint('doc_code', name=op.f('uq_documents_doc_code'))
    )
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.create_index('ix_documents_received_at_id', ['received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_result_id_published_at_ended_at', ['result_id', 'published_at', 'ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_documents_sealed_key'), ['sealed_key'], unique=False)
        batch_op.create_index('ix_documents_unit_id_state_received_at', ['unit_id', 'state', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_waiting_for_changed_at', ['waiting_for', 'changed_at'], unique=False)

    op.create_table('payments',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('certification_id', sa.String(length=64), nullable=False),
    sa.Column('amount_vnd', sa.Integer(), nullable=False),
    sa.Column('receipt_number', sa.String(length=60), nullable=False),
    sa.Column('received_by', sa.String(length=64), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['certification_id'], ['certifications.id'], name=op.f('fk_payments_certification_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payments_certification_id'), ['certification_id'], unique=False)

    op.create_table('webhook_messages',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('endpoint_id', sa.String(length=64), nullable=False),
    sa.Column('announcement_id', sa.String(length=64), nullable=True),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_webhook_messages_announcement_id')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_webhook_messages_endpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_messages')),
    sa.UniqueConstraint('endpoint_id', 'announcement_id', name=op.f('uq_webhook_messages_endpoint_id_announcement_id'))
    )
    with op.batch_alter_table('webhook_messages', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_messages_endpoint_id_created_at', ['endpoint_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_webhook_messages_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('cancellations',
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('decision_number', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('effective_at', Moment(), nullable=False),
    sa.Column('successor_id', sa.String(length=64), nullable=True),
    sa.Column('cancelled_by', sa.String(length=64), nullable=False),
    sa.Column('cancelled_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_cancellations_copy_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['copies.id'], name=op.f('fk_cancellations_successor_id')),
    sa.PrimaryKeyConstraint('copy_id', name=op.f('pk_cancellations'))
    )
    op.create_table('captures',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('scan_key', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('received_from', sa.String(length=64), nullable=False),
    sa.Column('reading_key', sa.String(length=64), nullable=True),
    sa.Column('archive_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_captures_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'number', name=op.f('pk_captures'))
    )
    with op.batch_alter_table('captures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_captures_archive_key'), ['archive_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_captures_scan_key'), ['scan_key'], unique=False)

    op.create_table('confirmed_data',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('confirmed_by', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_confirmed_data_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'version', name=op.f('pk_confirmed_data'))
    )
    op.create_table('copy_captures',
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('scan_key', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('captured_at', Moment(), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('captured_by', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('archive_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_copy_captures_copy_id')),
    sa.PrimaryKeyConstraint('copy_id', 'number', name=op.f('pk_copy_captures'))
    )
    with op.batch_alter_table('copy_captures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_copy_captures_archive_key'), ['archive_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_copy_captures_scan_key'), ['scan_key'], unique=False)

    op.create_table('copy_previews',
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('scale', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_copy_previews_copy_id')),
    sa.PrimaryKeyConstraint('copy_id', 'capture', 'page', name=op.f('pk_copy_previews'))
    )
    op.create_table('copy_revisions',
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('signer', sa.String(length=300), nullable=False),
    sa.Column('signed_at', Moment(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_copy_revisions_copy_id')),
    sa.PrimaryKeyConstraint('copy_id', 'number', name=op.f('pk_copy_revisions'))
    )
    with op.batch_alter_table('copy_revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_copy_revisions_key'), ['key'], unique=False)

    op.create_table('deliveries',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=120), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('last_download_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_deliveries_copy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_deliveries_token_hash'))
    )
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_deliveries_copy_id', ['copy_id'], unique=False)
        batch_op.create_index('ix_deliveries_state_expires_at', ['state', 'expires_at'], unique=False)

    op.create_table('previews',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('scale', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_previews_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'capture', 'page', name=op.f('pk_previews'))
    )
    op.create_table('refusals',
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('ground', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('refused_by', sa.String(length=64), nullable=False),
    sa.Column('refused_at', Moment(), nullable=False),
    sa.Column('letter_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_refusals_copy_id')),
    sa.PrimaryKeyConstraint('copy_id', name=op.f('pk_refusals'))
    )
    op.create_table('register_entries',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('copy_id', sa.String(length=64), nullable=False),
    sa.Column('book_id', sa.String(length=64), nullable=False),
    sa.Column('printed_on', sa.Date(), nullable=False),
    sa.Column('given_at', Moment(), nullable=False),
    sa.Column('requester', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('certifier', sa.String(length=200), nullable=False),
    sa.Column('certifier_title', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('fee_vnd', sa.Integer(), nullable=False),
    sa.Column('void_reason', sa.String(length=1000), nullable=True),
    sa.Column('voided_at', Moment(), nullable=True),
    sa.Column('voided_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['book_id'], ['books.id'], name=op.f('fk_register_entries_book_id')),
    sa.ForeignKeyConstraint(['copy_id'], ['copies.id'], name=op.f('fk_register_entries_copy_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_register_entries_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'kind', 'year', 'serial', name=op.f('pk_register_entries')),
    sa.UniqueConstraint('copy_id', name=op.f('uq_register_entries_copy_id'))
    )
    with op.batch_alter_table('register_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_register_entries_book_id'), ['book_id'], unique=False)
        batch_op.create_index('ix_register_entries_unit_id_kind_printed_on', ['unit_id', 'kind', 'printed_on'], unique=False)

    op.create_table('revisions',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('signer', sa.String(length=300), nullable=False),
    sa.Column('signed_at', Moment(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_revisions_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'capture', 'number', name=op.f('pk_revisions'))
    )
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revisions_key'), ['key'], unique=False)

    op.create_table('webhook_attempts',
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('ms', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['webhook_messages.id'], name=op.f('fk_webhook_attempts_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'number', name=op.f('pk_webhook_attempts'))
    )


def downgrade() -> None:
    op.drop_table('webhook_attempts')
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revisions_key'))

    op.drop_table('revisions')
    with op.batch_alter_table('register_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_register_entries_unit_id_kind_printed_on')
        batch_op.drop_index(batch_op.f('ix_register_entries_book_id'))

    op.drop_table('register_entries')
    op.drop_table('refusals')
    op.drop_table('previews')
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_deliveries_state_expires_at')
        batch_op.drop_index('ix_deliveries_copy_id')

    op.drop_table('deliveries')
    with op.batch_alter_table('copy_revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_copy_revisions_key'))

    op.drop_table('copy_revisions')
    op.drop_table('copy_previews')
    with op.batch_alter_table('copy_captures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_copy_captures_scan_key'))
        batch_op.drop_index(batch_op.f('ix_copy_captures_archive_key'))

    op.drop_table('copy_captures')
    op.drop_table('confirmed_data')
    with op.batch_alter_table('captures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_captures_scan_key'))
        batch_op.drop_index(batch_op.f('ix_captures_archive_key'))

    op.drop_table('captures')
    op.drop_table('cancellations')
    with op.batch_alter_table('webhook_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_messages_state_due_at')
        batch_op.drop_index('ix_webhook_messages_endpoint_id_created_at')

    op.drop_table('webhook_messages')
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payments_certification_id'))

    op.drop_table('payments')
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_index('ix_documents_waiting_for_changed_at')
        batch_op.drop_index('ix_documents_unit_id_state_received_at')
        batch_op.drop_index(batch_op.f('ix_documents_sealed_key'))
        batch_op.drop_index('ix_documents_result_id_published_at_ended_at')
        batch_op.drop_index('ix_documents_received_at_id')

    op.drop_table('documents')
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_index('ix_copies_waiting_for_changed_at')
        batch_op.drop_index('ix_copies_unit_id_state_opened_at')
        batch_op.drop_index('ix_copies_unit_id_issued_at')

    op.drop_table('copies')
    op.drop_table('webhook_endpoints')
    op.drop_table('tokens')
    op.drop_table('sessions')
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.drop_index('ix_results_unit_id_issued_on')

    op.drop_table('results')
    with op.batch_alter_table('certifications', schema=None) as batch_op:
        batch_op.drop_index('ix_certifications_unit_id_opened_at')

    op.drop_table('certifications')
    with op.batch_alter_table('authorities', schema=None) as batch_op:
        batch_op.drop_index('ix_authorities_unit_id_person_id')

    op.drop_table('authorities')
    with op.batch_alter_table('signature_health', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_health_weakens_at')

    op.drop_table('signature_health')
    op.drop_table('seal_orders')
    with op.batch_alter_table('renewals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_renewals_key'))

    op.drop_table('renewals')
    op.drop_table('register_years')
    op.drop_table('people')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_due_at')

    op.drop_table('outbox')
    op.drop_table('merkle_leaves')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_at')

    op.drop_table('events')
    op.drop_table('event_private')
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.drop_index('ix_dossiers_unit_id_resolved_on')

    op.drop_table('dossiers')
    op.drop_table('clients')
    with op.batch_alter_table('books', schema=None) as batch_op:
        batch_op.drop_index('uq_books_open', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.drop_table('books')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_attempts_outcome')

    op.drop_table('attempts')
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.drop_index('ix_announcements_dispatched_at')
        batch_op.drop_index('ix_announcements_created_at')

    op.drop_table('announcements')
    with op.batch_alter_table('verifications', schema=None) as batch_op:
        batch_op.drop_index('ix_verifications_state_due_at')
        batch_op.drop_index('ix_verifications_expires_at')

    op.drop_table('verifications')
    op.drop_table('units')
    with op.batch_alter_table('throttles', schema=None) as batch_op:
        batch_op.drop_index('ix_throttles_window_began')

    op.drop_table('throttles')
    with op.batch_alter_table('subjects', schema=None) as batch_op:
        batch_op.drop_index('ix_subjects_lease_expires_at')

    op.drop_table('subjects')
    op.drop_table('series')
    op.drop_table('removals')
    op.drop_table('qr_keys')
    with op.batch_alter_table('merkle_heads', schema=None) as batch_op:
        batch_op.drop_index('ix_merkle_heads_untimed', sqlite_where=sa.text('token IS NULL'), postgresql_where=sa.text('token IS NULL'))

    op.drop_table('merkle_heads')
    op.drop_table('idempotency')
