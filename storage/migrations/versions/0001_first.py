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
    op.create_table('barred_certificates',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('holder_id', sa.String(length=64), nullable=False),
    sa.Column('barred_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_barred_certificates'))
    )
    op.create_table('catalogue_imports',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('entered', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('same', sa.Integer(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalogue_imports'))
    )
    with op.batch_alter_table('catalogue_imports', schema=None) as batch_op:
        batch_op.create_index('ix_catalogue_imports_at', ['at', 'id'], unique=False)

    op.create_table('idempotency',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_idempotency'))
    )
    op.create_table('lane_rests',
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('rests_until', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('lane', name=op.f('pk_lane_rests'))
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
    sa.PrimaryKeyConstraint('number', name=op.f('pk_merkle_heads'))
    )
    with op.batch_alter_table('merkle_heads', schema=None) as batch_op:
        batch_op.create_index('ix_merkle_heads_untimed', ['number'], unique=False, sqlite_where=sa.text('token IS NULL'), postgresql_where=sa.text('token IS NULL'))

    op.create_table('oidc_logins',
    sa.Column('state_hash', sa.String(length=64), nullable=False),
    sa.Column('browser_hash', sa.String(length=64), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('verifier', sa.String(length=128), nullable=False),
    sa.Column('session_hash', sa.String(length=64), nullable=True),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_oidc_logins'))
    )
    with op.batch_alter_table('oidc_logins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_oidc_logins_expires_at'), ['expires_at'], unique=False)

    op.create_table('operation_records',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('well', sa.Boolean(), nullable=False),
    sa.Column('sentence', sa.String(length=500), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operation_records'))
    )
    with op.batch_alter_table('operation_records', schema=None) as batch_op:
        batch_op.create_index('ix_operation_records_kind_at', ['kind', 'at'], unique=False)

    op.create_table('procedure_results',
    sa.Column('procedure_code', sa.String(length=40), nullable=False),
    sa.Column('result_type_code', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('procedure_code', 'result_type_code', 'valid_from', name=op.f('pk_procedure_results'))
    )
    op.create_table('procedures',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=True),
    sa.Column('field_code', sa.String(length=40), nullable=True),
    sa.Column('field_name', sa.String(length=300), nullable=True),
    sa.Column('needs_paper_result', sa.Boolean(), nullable=True),
    sa.Column('needs_fee', sa.Boolean(), nullable=True),
    sa.Column('population_linked', sa.Boolean(), nullable=True),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('code', 'valid_from', name=op.f('pk_procedures'))
    )
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
    op.create_table('result_types',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=True),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('code', 'valid_from', name=op.f('pk_result_types'))
    )
    op.create_table('reuse_keys',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_reuse_keys'))
    )
    op.create_table('search_rebuilds',
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('after', sa.String(length=64), nullable=False),
    sa.Column('began_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('part', name=op.f('pk_search_rebuilds'))
    )
    op.create_table('search_spellings',
    sa.Column('cut', sa.String(length=60).with_variant(sa.String(length=60, collation='C'), 'postgresql'), nullable=False),
    sa.Column('word', sa.String(length=60).with_variant(sa.String(length=60, collation='C'), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('cut', 'word', name=op.f('pk_search_spellings'))
    )
    op.create_table('series',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_series'))
    )
    op.create_table('signing_keys',
    sa.Column('holder_id', sa.String(length=64), nullable=False),
    sa.Column('place', sa.String(length=10), nullable=False),
    sa.Column('adapter', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('serial', sa.String(length=80), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('valid_from', Moment(), nullable=True),
    sa.Column('valid_to', Moment(), nullable=True),
    sa.Column('development', sa.Boolean(), nullable=False),
    sa.Column('fault', sa.String(length=500), nullable=False),
    sa.Column('advice', sa.String(length=500), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('holder_id', 'place', name=op.f('pk_signing_keys'))
    )
    op.create_table('spreadsheets',
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
    sa.Column('fault_code', sa.String(length=60), nullable=True),
    sa.Column('fault_detail', sa.String(length=1000), nullable=True),
    sa.Column('fault_advice', sa.String(length=1000), nullable=True),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('rows_stored_as', sa.String(length=64), nullable=True),
    sa.Column('plain', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spreadsheets'))
    )
    with op.batch_alter_table('spreadsheets', schema=None) as batch_op:
        batch_op.create_index('ix_spreadsheets_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_spreadsheets_state_due_at', ['state', 'due_at'], unique=False)

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

    op.create_table('takeovers',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('manifest_sha256', sa.String(length=64), nullable=False),
    sa.Column('manifest_name', sa.String(length=255), nullable=False),
    sa.Column('begun_by', sa.String(length=64), nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_takeovers')),
    sa.UniqueConstraint('manifest_sha256', name=op.f('uq_takeovers_manifest_sha256'))
    )
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
    sa.Column('branch', sa.String(length=20), nullable=False),
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
    op.create_table('uploads',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('actor_id', sa.String(length=64), nullable=False),
    sa.Column('length_bytes', sa.BigInteger(), nullable=False),
    sa.Column('received_bytes', sa.BigInteger(), nullable=False),
    sa.Column('metadata', sa.Text(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('object_key', sa.String(length=64), nullable=True),
    sa.Column('made_document_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index('ix_uploads_actor_id_expires_at', ['actor_id', 'expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_uploads_expires_at'), ['expires_at'], unique=False)

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
    sa.Column('fault_code', sa.String(length=60), nullable=True),
    sa.Column('fault_detail', sa.String(length=1000), nullable=True),
    sa.Column('fault_advice', sa.String(length=1000), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
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

    op.create_table('backfills',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('takeover_id', sa.String(length=64), nullable=False),
    sa.Column('open_window', sa.String(length=11), nullable=True),
    sa.Column('at_once', sa.Integer(), nullable=False),
    sa.Column('per_unit_at_once', sa.Integer(), nullable=False),
    sa.Column('begun_by', sa.String(length=64), nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('paused_at', Moment(), nullable=True),
    sa.Column('paused_by', sa.String(length=64), nullable=True),
    sa.Column('finished_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['takeover_id'], ['takeovers.id'], name=op.f('fk_backfills_takeover_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backfills')),
    sa.UniqueConstraint('takeover_id', name=op.f('uq_backfills_takeover_id'))
    )
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

    op.create_table('catalogue_import_rows',
    sa.Column('import_id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['catalogue_imports.id'], name=op.f('fk_catalogue_import_rows_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'code', 'valid_from', name=op.f('pk_catalogue_import_rows'))
    )
    op.create_table('changes',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=400), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('undoes', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['undoes'], ['changes.id'], name=op.f('fk_changes_undoes')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_changes_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes')),
    sa.UniqueConstraint('kind', 'subject_id', 'sequence', name=op.f('uq_changes_kind_subject_id_sequence')),
    sa.UniqueConstraint('undoes', name=op.f('uq_changes_undoes'))
    )
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.create_index('ix_changes_at', ['at', 'subject_id', 'sequence'], unique=False)

    op.create_table('clients',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('secret_hash', sa.String(length=300), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=True),
    sa.Column('per_day', sa.Integer(), nullable=True),
    sa.Column('per_month', sa.Integer(), nullable=True),
    sa.Column('certificate', sa.String(length=64), nullable=True),
    sa.Column('secret_number', sa.Integer(), nullable=False),
    sa.Column('granted_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_clients_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients'))
    )
    op.create_table('connectors',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failing_since', Moment(), nullable=True),
    sa.Column('problem', sa.String(length=500), nullable=True),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('reviewed_to', sa.String(length=64), nullable=True),
    sa.Column('reviewed_at', Moment(), nullable=True),
    sa.Column('measured_at', Moment(), nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_connectors_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connectors')),
    sa.UniqueConstraint('unit_id', 'url', name=op.f('uq_connectors_unit_id_url'))
    )
    op.create_table('dossiers',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('procedure_code', sa.String(length=40), nullable=False),
    sa.Column('procedure_name', sa.String(length=500), nullable=False),
    sa.Column('field_code', sa.String(length=40), nullable=True),
    sa.Column('holder_name', sa.String(length=300), nullable=True),
    sa.Column('holder_id', sa.String(length=40), nullable=True),
    sa.Column('holder_type', sa.Integer(), nullable=True),
    sa.Column('channel', sa.Integer(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('status_at', Moment(), nullable=True),
    sa.Column('finished_at', Moment(), nullable=True),
    sa.Column('resolved_on', sa.Date(), nullable=True),
    sa.Column('returned_at', Moment(), nullable=True),
    sa.Column('handler_name', sa.String(length=300), nullable=True),
    sa.Column('vneid_verified', sa.Boolean(), nullable=True),
    sa.Column('population_linked', sa.Boolean(), nullable=True),
    sa.Column('fee_vnd', sa.BigInteger(), nullable=True),
    sa.Column('paid_how', sa.Integer(), nullable=True),
    sa.Column('claims', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.Column('tallied', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('last_event', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_dossiers_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossiers')),
    sa.UniqueConstraint('code', name=op.f('uq_dossiers_code'))
    )
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.create_index('ix_dossiers_holder_id', ['holder_id'], unique=False)
        batch_op.create_index('ix_dossiers_unit_id_due_at', ['unit_id', 'due_at'], unique=False)
        batch_op.create_index('ix_dossiers_unit_id_finished_at', ['unit_id', 'finished_at', 'id'], unique=False)
        batch_op.create_index('ix_dossiers_unit_id_received_on', ['unit_id', 'received_on', 'id'], unique=False)
        batch_op.create_index('ix_dossiers_unit_id_resolved_on', ['unit_id', 'resolved_on', 'id'], unique=False)

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

    op.create_table('local_targets',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=True),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('entered_by', sa.String(length=64), nullable=False),
    sa.Column('entered_at', Moment(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_local_targets_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_targets'))
    )
    with op.batch_alter_table('local_targets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_local_targets_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('ix_local_targets_year', ['year', 'unit_id'], unique=False)

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
    sa.Column('urgent_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_outbox_subject_id')),
    sa.PrimaryKeyConstraint('subject_id', 'lane', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due_at', ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_urgent_by'), ['urgent_by'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=100), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('password_hash', sa.String(length=300), nullable=False),
    sa.Column('failed_logins', sa.Integer(), nullable=False),
    sa.Column('locked_until', Moment(), nullable=True),
    sa.Column('oidc_subject', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('has_role', sa.Boolean(), nullable=False),
    sa.Column('password_until', Moment(), nullable=True),
    sa.Column('folded', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_people_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('oidc_subject', name=op.f('uq_people_oidc_subject')),
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

    op.create_table('reuse_requests',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('caller_id', sa.String(length=64), nullable=False),
    sa.Column('caller_kind', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('dossier_code', sa.String(length=64), nullable=False),
    sa.Column('owner_hash', sa.String(length=64), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=True),
    sa.Column('result_type_code', sa.String(length=40), nullable=True),
    sa.Column('in_force_on', sa.Date(), nullable=True),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('last_event', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_reuse_requests_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reuse_requests'))
    )
    with op.batch_alter_table('reuse_requests', schema=None) as batch_op:
        batch_op.create_index('ix_reuse_requests_caller_id_asked_at', ['caller_id', 'asked_at', 'id'], unique=False)
        batch_op.create_index('ix_reuse_requests_owner_hash_asked_at', ['owner_hash', 'asked_at', 'id'], unique=False)

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

    op.create_table('snapshots',
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('method_version', sa.Integer(), nullable=False),
    sa.Column('taken_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_snapshots_unit_id')),
    sa.PrimaryKeyConstraint('month', 'unit_id', 'measure', name=op.f('pk_snapshots'))
    )
    with op.batch_alter_table('snapshots', schema=None) as batch_op:
        batch_op.create_index('ix_snapshots_unit_id_month', ['unit_id', 'month'], unique=False)

    op.create_table('tallies',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('cohort', sa.String(length=80), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_tallies_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'measure', 'cohort', 'month', name=op.f('pk_tallies'))
    )
    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.create_index('ix_tallies_measure_cohort', ['measure', 'cohort'], unique=False)

    op.create_table('tally_days',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('cohort', sa.String(length=80), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_tally_days_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'measure', 'cohort', 'day', name=op.f('pk_tally_days'))
    )
    op.create_table('unit_heirs',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('heir_id', sa.String(length=64), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('principal', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['heir_id'], ['units.id'], name=op.f('fk_unit_heirs_heir_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_heirs_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'heir_id', name=op.f('pk_unit_heirs'))
    )
    with op.batch_alter_table('unit_heirs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_heirs_heir_id'), ['heir_id'], unique=False)

    op.create_table('unit_names',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('folded', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_names_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'valid_from', name=op.f('pk_unit_names'))
    )
    with op.batch_alter_table('unit_names', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_names_folded'), ['folded'], unique=False)

    op.create_table('unit_parents',
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('parent_id', sa.String(length=64), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_unit_parents_parent_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_parents_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'valid_from', name=op.f('pk_unit_parents'))
    )
    with op.batch_alter_table('unit_parents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_parents_parent_id'), ['parent_id'], unique=False)

    op.create_table('upload_pieces',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('start_byte', sa.BigInteger(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['uploads.id'], name=op.f('fk_upload_pieces_id')),
    sa.PrimaryKeyConstraint('id', 'start_byte', name=op.f('pk_upload_pieces'))
    )
    with op.batch_alter_table('upload_pieces', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_pieces_key'), ['key'], unique=False)

    op.create_table('apologies',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('letter_key', sa.String(length=64), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('sent_how', sa.String(length=20), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_apologies_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apologies'))
    )
    with op.batch_alter_table('apologies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_apologies_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_apologies_letter_key'), ['letter_key'], unique=False)

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
    sa.Column('tallied', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['certifier'], ['people.id'], name=op.f('fk_certifications_certifier')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_certifications_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certifications'))
    )
    with op.batch_alter_table('certifications', schema=None) as batch_op:
        batch_op.create_index('ix_certifications_open', ['unit_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_certifications_opened_at', ['opened_at', 'id'], unique=False)
        batch_op.create_index('ix_certifications_unit_id_opened_at', ['unit_id', 'opened_at', 'id'], unique=False)

    op.create_table('dossier_events',
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_dossier_events_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'sequence', name=op.f('pk_dossier_events'))
    )
    op.create_table('exchange_messages',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('connector_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('fact_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('lacks', sa.String(length=1000), nullable=True),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('alone', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', Moment(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('claim', sa.Integer(), nullable=False),
    sa.Column('held_until', Moment(), nullable=True),
    sa.Column('next_at', Moment(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('done_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['connector_id'], ['connectors.id'], name=op.f('fk_exchange_messages_connector_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_exchange_messages_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_messages')),
    sa.UniqueConstraint('connector_id', 'dossier_id', 'service', name=op.f('uq_exchange_messages_connector_id_dossier_id_service'))
    )
    with op.batch_alter_table('exchange_messages', schema=None) as batch_op:
        batch_op.create_index('ix_exchange_messages_dossier_id', ['dossier_id'], unique=False)
        batch_op.create_index('ix_exchange_messages_line', ['connector_id', 'state', 'service', 'next_at'], unique=False)

    op.create_table('exchange_shares',
    sa.Column('connector_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('dossiers', sa.Integer(), nullable=False),
    sa.Column('statuses', sa.Integer(), nullable=False),
    sa.Column('results', sa.Integer(), nullable=False),
    sa.Column('results_told', sa.Integer(), nullable=False),
    sa.Column('lacking', sa.Integer(), nullable=False),
    sa.Column('measured_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['connector_id'], ['connectors.id'], name=op.f('fk_exchange_shares_connector_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_exchange_shares_unit_id')),
    sa.PrimaryKeyConstraint('connector_id', 'unit_id', name=op.f('pk_exchange_shares'))
    )
    op.create_table('exchange_told',
    sa.Column('connector_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('status_at', Moment(), nullable=True),
    sa.Column('told_at', Moment(), nullable=False),
    sa.Column('progress_sequence', sa.Integer(), nullable=False),
    sa.Column('progress_status', sa.Integer(), nullable=True),
    sa.Column('progress_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['connector_id'], ['connectors.id'], name=op.f('fk_exchange_told_connector_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_exchange_told_dossier_id')),
    sa.PrimaryKeyConstraint('connector_id', 'dossier_id', name=op.f('pk_exchange_told'))
    )
    with op.batch_alter_table('exchange_told', schema=None) as batch_op:
        batch_op.create_index('ix_exchange_told_dossier_id', ['dossier_id'], unique=False)

    op.create_table('factors',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=True),
    sa.Column('credential_id', sa.String(length=1400), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('sign_count', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_factors_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factors')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_factors_credential_id'))
    )
    with op.batch_alter_table('factors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_factors_person_id'), ['person_id'], unique=False)

    op.create_table('person_roles',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_person_roles_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_person_roles_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_roles'))
    )
    with op.batch_alter_table('person_roles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_roles_person_id'), ['person_id'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'code_hash', name=op.f('pk_recovery_codes'))
    )
    op.create_table('results',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=2000), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=True),
    sa.Column('result_type_code', sa.String(length=40), nullable=True),
    sa.Column('number', sa.String(length=200), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('cancelled_on', sa.Date(), nullable=True),
    sa.Column('from_upload', sa.Boolean(), nullable=False),
    sa.Column('secret', sa.Boolean(), nullable=False),
    sa.Column('from_elsewhere', sa.Boolean(), nullable=False),
    sa.Column('source_ref', sa.String(length=200), nullable=True),
    sa.Column('tallied', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('wanted_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_results_dossier_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_results_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results')),
    sa.UniqueConstraint('dossier_id', 'ordinal', name=op.f('uq_results_dossier_id_ordinal'))
    )
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.create_index('ix_results_unit_id_issued_on', ['unit_id', 'issued_on', 'id'], unique=False)
        batch_op.create_index('ix_results_wanted', ['unit_id', 'wanted_until', 'issued_on', 'id'], unique=False)
        batch_op.create_index('ix_results_wanted_kind', ['unit_id', 'kind_code', 'wanted_until', 'issued_on', 'id'], unique=False)

    op.create_table('reuse_events',
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_requests.id'], name=op.f('fk_reuse_events_request_id')),
    sa.PrimaryKeyConstraint('request_id', 'sequence', name=op.f('pk_reuse_events'))
    )
    with op.batch_alter_table('reuse_events', schema=None) as batch_op:
        batch_op.create_index('ix_reuse_events_at', ['at'], unique=False)

    op.create_table('saved_queries',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('owner_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('query', sa.JSON(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_saved_queries_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_queries')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_queries_owner_id_name'))
    )
    op.create_table('saved_views',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('owner_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('query', sa.String(length=1000), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_saved_views_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_views_owner_id_name'))
    )
    op.create_table('sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('proved_at', Moment(), nullable=False),
    sa.Column('awaits_factor', sa.Boolean(), nullable=False),
    sa.Column('factor_at', Moment(), nullable=True),
    sa.Column('challenge', sa.String(length=128), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sessions_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sessions'))
    )
    op.create_table('tokens',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('certificate', sa.String(length=64), nullable=True),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_tokens_client_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_tokens'))
    )
    op.create_table('watched_folders',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_watched_folders_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watched_folders'))
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
    op.create_table('components',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=True),
    sa.Column('name', sa.String(length=4000), nullable=False),
    sa.Column('copy_kind', sa.Integer(), nullable=True),
    sa.Column('file_key', sa.String(length=64), nullable=True),
    sa.Column('scanned_at', Moment(), nullable=True),
    sa.Column('reused_result_id', sa.String(length=64), nullable=True),
    sa.Column('from_personal_store', sa.Boolean(), nullable=True),
    sa.Column('claims', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('source_ref', sa.String(length=200), nullable=True),
    sa.Column('removed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_components_dossier_id')),
    sa.ForeignKeyConstraint(['reused_result_id'], ['results.id'], name=op.f('fk_components_reused_result_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_components')),
    sa.UniqueConstraint('dossier_id', 'ordinal', name=op.f('uq_components_dossier_id_ordinal'))
    )
    with op.batch_alter_table('components', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_components_file_key'), ['file_key'], unique=False)

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
    sa.Column('owner_hash', sa.String(length=64), nullable=True),
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
        batch_op.create_index(batch_op.f('ix_documents_owner_hash'), ['owner_hash'], unique=False)
        batch_op.create_index('ix_documents_received_at_id', ['received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_result_id_published_at_ended_at', ['result_id', 'published_at', 'ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_documents_sealed_key'), ['sealed_key'], unique=False)
        batch_op.create_index('ix_documents_state_received_at', ['state', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_unit_id_received_at', ['unit_id', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_unit_id_state_received_at', ['unit_id', 'state', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_waiting_for_changed_at', ['waiting_for', 'changed_at'], unique=False)

    op.create_table('exchange_log',
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('ms', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('said', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['exchange_messages.id'], name=op.f('fk_exchange_log_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'attempt', name=op.f('pk_exchange_log'))
    )
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

    op.create_table('result_search',
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('whose', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('channel', sa.Integer(), nullable=True),
    sa.Column('name_marked', sa.String(length=300).with_variant(sa.String(length=300, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name_key', sa.String(length=300).with_variant(sa.String(length=300, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name_tail', sa.String(length=300).with_variant(sa.String(length=300, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number_marked', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number_key', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_result_search_result_id')),
    sa.PrimaryKeyConstraint('result_id', 'whose', name=op.f('pk_result_search'))
    )
    with op.batch_alter_table('result_search', schema=None) as batch_op:
        batch_op.create_index('ix_result_search_dossier_id', ['dossier_id'], unique=False)
        batch_op.create_index('ix_result_search_issued_on', ['issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_name_key', ['name_key', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_name_marked', ['name_marked', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_name_tail', ['name_tail', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_number_key', ['number_key', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_unit_id', ['unit_id', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_unit_id_name_key', ['unit_id', 'name_key', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_unit_id_name_tail', ['unit_id', 'name_tail', 'issued_on', 'result_id', 'whose'], unique=False)
        batch_op.create_index('ix_result_search_unit_id_number_key', ['unit_id', 'number_key', 'issued_on', 'result_id', 'whose'], unique=False)

    op.create_table('reuse_acceptances',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_code', sa.String(length=64), nullable=False),
    sa.Column('component', sa.String(length=80), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=False),
    sa.Column('accepted_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_reuse_acceptances_dossier_id')),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_requests.id'], name=op.f('fk_reuse_acceptances_request_id')),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_reuse_acceptances_result_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reuse_acceptances')),
    sa.UniqueConstraint('dossier_code', 'component', 'result_id', name=op.f('uq_reuse_acceptances_dossier_code_component_result_id'))
    )
    with op.batch_alter_table('reuse_acceptances', schema=None) as batch_op:
        batch_op.create_index('ix_reuse_acceptances_accepted_at', ['accepted_at'], unique=False)
        batch_op.create_index('ix_reuse_acceptances_result_id_accepted_at', ['result_id', 'accepted_at'], unique=False)

    op.create_table('reuse_answers',
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('access', sa.String(length=10), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('shown', sa.String(length=10), nullable=False),
    sa.Column('fetched_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_requests.id'], name=op.f('fk_reuse_answers_request_id')),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_reuse_answers_result_id')),
    sa.PrimaryKeyConstraint('request_id', 'result_id', name=op.f('pk_reuse_answers'))
    )
    with op.batch_alter_table('reuse_answers', schema=None) as batch_op:
        batch_op.create_index('ix_reuse_answers_pending', ['asked_at', 'request_id', 'result_id'], unique=False, sqlite_where=sa.text("access = 'pending'"), postgresql_where=sa.text("access = 'pending'"))
        batch_op.create_index('ix_reuse_answers_result_id', ['result_id'], unique=False)

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

    op.create_table('backfill_items',
    sa.Column('backfill_id', sa.String(length=64), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=True),
    sa.Column('fault', sa.String(length=500), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['backfill_id'], ['backfills.id'], name=op.f('fk_backfill_items_backfill_id')),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_backfill_items_document_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_backfill_items_unit_id')),
    sa.PrimaryKeyConstraint('backfill_id', 'row', name=op.f('pk_backfill_items'))
    )
    with op.batch_alter_table('backfill_items', schema=None) as batch_op:
        batch_op.create_index('ix_backfill_items_backfill_id_ended_at', ['backfill_id', 'ended_at'], unique=False)
        batch_op.create_index('ix_backfill_items_backfill_id_state', ['backfill_id', 'state', 'unit_id', 'row'], unique=False)
        batch_op.create_index(batch_op.f('ix_backfill_items_document_id'), ['document_id'], unique=False)

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
    op.create_table('capture_pages',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('scan_key', sa.String(length=64), nullable=False),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('rotation', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_capture_pages_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'capture', 'position', name=op.f('pk_capture_pages'))
    )
    with op.batch_alter_table('capture_pages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_capture_pages_scan_key'), ['scan_key'], unique=False)

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

    op.create_table('exchange_told_results',
    sa.Column('connector_id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('type_code', sa.String(length=40), nullable=False),
    sa.Column('told_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['connector_id'], ['connectors.id'], name=op.f('fk_exchange_told_results_connector_id')),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_exchange_told_results_document_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_exchange_told_results_dossier_id')),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_exchange_told_results_result_id')),
    sa.PrimaryKeyConstraint('connector_id', 'result_id', name=op.f('pk_exchange_told_results'))
    )
    with op.batch_alter_table('exchange_told_results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exchange_told_results_dossier_id'), ['dossier_id'], unique=False)

    op.create_table('file_links',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_file_links_document_id')),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_requests.id'], name=op.f('fk_file_links_request_id')),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_file_links_result_id')),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_file_links'))
    )
    with op.batch_alter_table('file_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_file_links_expires_at'), ['expires_at'], unique=False)

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

    op.create_table('review_drafts',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=80), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('checked_at', Moment(), nullable=True),
    sa.Column('saved_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_review_drafts_document_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_review_drafts_person_id')),
    sa.PrimaryKeyConstraint('document_id', 'person_id', name=op.f('pk_review_drafts'))
    )
    with op.batch_alter_table('review_drafts', schema=None) as batch_op:
        batch_op.create_index('ix_review_drafts_person_id_checked_at', ['person_id', 'checked_at'], unique=False)

    op.create_table('review_leases',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('taken_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_review_leases_document_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_review_leases_person_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_review_leases'))
    )
    with op.batch_alter_table('review_leases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_leases_expires_at'), ['expires_at'], unique=False)

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

    op.create_table('search_words',
    sa.Column('word', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('marked', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_search_words_document_id')),
    sa.PrimaryKeyConstraint('word', 'unit_id', 'day', 'document_id', name=op.f('pk_search_words'))
    )
    with op.batch_alter_table('search_words', schema=None) as batch_op:
        batch_op.create_index('ix_search_words_document_id', ['document_id'], unique=False)

    op.create_table('sent_metadata',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('sent_by', sa.String(length=64), nullable=False),
    sa.Column('sent_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_sent_metadata_document_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_sent_metadata'))
    )
    op.create_table('takeover_items',
    sa.Column('source_system', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.String(length=200), nullable=False),
    sa.Column('takeover_id', sa.String(length=64), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('taken_by', sa.String(length=64), nullable=False),
    sa.Column('taken_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_takeover_items_document_id')),
    sa.ForeignKeyConstraint(['takeover_id'], ['takeovers.id'], name=op.f('fk_takeover_items_takeover_id')),
    sa.PrimaryKeyConstraint('source_system', 'source_id', name=op.f('pk_takeover_items'))
    )
    with op.batch_alter_table('takeover_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_takeover_items_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_takeover_items_takeover_id', ['takeover_id', 'row'], unique=False)

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
    with op.batch_alter_table('takeover_items', schema=None) as batch_op:
        batch_op.drop_index('ix_takeover_items_takeover_id')
        batch_op.drop_index(batch_op.f('ix_takeover_items_document_id'))

    op.drop_table('takeover_items')
    op.drop_table('sent_metadata')
    with op.batch_alter_table('search_words', schema=None) as batch_op:
        batch_op.drop_index('ix_search_words_document_id')

    op.drop_table('search_words')
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revisions_key'))

    op.drop_table('revisions')
    with op.batch_alter_table('review_leases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_leases_expires_at'))

    op.drop_table('review_leases')
    with op.batch_alter_table('review_drafts', schema=None) as batch_op:
        batch_op.drop_index('ix_review_drafts_person_id_checked_at')

    op.drop_table('review_drafts')
    with op.batch_alter_table('register_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_register_entries_unit_id_kind_printed_on')
        batch_op.drop_index(batch_op.f('ix_register_entries_book_id'))

    op.drop_table('register_entries')
    op.drop_table('refusals')
    op.drop_table('previews')
    with op.batch_alter_table('file_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_file_links_expires_at'))

    op.drop_table('file_links')
    with op.batch_alter_table('exchange_told_results', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exchange_told_results_dossier_id'))

    op.drop_table('exchange_told_results')
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
    with op.batch_alter_table('capture_pages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_capture_pages_scan_key'))

    op.drop_table('capture_pages')
    op.drop_table('cancellations')
    with op.batch_alter_table('backfill_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_backfill_items_document_id'))
        batch_op.drop_index('ix_backfill_items_backfill_id_state')
        batch_op.drop_index('ix_backfill_items_backfill_id_ended_at')

    op.drop_table('backfill_items')
    with op.batch_alter_table('webhook_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_messages_state_due_at')
        batch_op.drop_index('ix_webhook_messages_endpoint_id_created_at')

    op.drop_table('webhook_messages')
    with op.batch_alter_table('reuse_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_reuse_answers_result_id')
        batch_op.drop_index('ix_reuse_answers_pending', sqlite_where=sa.text("access = 'pending'"), postgresql_where=sa.text("access = 'pending'"))

    op.drop_table('reuse_answers')
    with op.batch_alter_table('reuse_acceptances', schema=None) as batch_op:
        batch_op.drop_index('ix_reuse_acceptances_result_id_accepted_at')
        batch_op.drop_index('ix_reuse_acceptances_accepted_at')

    op.drop_table('reuse_acceptances')
    with op.batch_alter_table('result_search', schema=None) as batch_op:
        batch_op.drop_index('ix_result_search_unit_id_number_key')
        batch_op.drop_index('ix_result_search_unit_id_name_tail')
        batch_op.drop_index('ix_result_search_unit_id_name_key')
        batch_op.drop_index('ix_result_search_unit_id')
        batch_op.drop_index('ix_result_search_number_key')
        batch_op.drop_index('ix_result_search_name_tail')
        batch_op.drop_index('ix_result_search_name_marked')
        batch_op.drop_index('ix_result_search_name_key')
        batch_op.drop_index('ix_result_search_issued_on')
        batch_op.drop_index('ix_result_search_dossier_id')

    op.drop_table('result_search')
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payments_certification_id'))

    op.drop_table('payments')
    op.drop_table('exchange_log')
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_index('ix_documents_waiting_for_changed_at')
        batch_op.drop_index('ix_documents_unit_id_state_received_at')
        batch_op.drop_index('ix_documents_unit_id_received_at')
        batch_op.drop_index('ix_documents_state_received_at')
        batch_op.drop_index(batch_op.f('ix_documents_sealed_key'))
        batch_op.drop_index('ix_documents_result_id_published_at_ended_at')
        batch_op.drop_index('ix_documents_received_at_id')
        batch_op.drop_index(batch_op.f('ix_documents_owner_hash'))

    op.drop_table('documents')
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_index('ix_copies_waiting_for_changed_at')
        batch_op.drop_index('ix_copies_unit_id_state_opened_at')
        batch_op.drop_index('ix_copies_unit_id_issued_at')

    op.drop_table('copies')
    with op.batch_alter_table('components', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_components_file_key'))

    op.drop_table('components')
    op.drop_table('webhook_endpoints')
    op.drop_table('watched_folders')
    op.drop_table('tokens')
    op.drop_table('sessions')
    op.drop_table('saved_views')
    op.drop_table('saved_queries')
    with op.batch_alter_table('reuse_events', schema=None) as batch_op:
        batch_op.drop_index('ix_reuse_events_at')

    op.drop_table('reuse_events')
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.drop_index('ix_results_wanted_kind')
        batch_op.drop_index('ix_results_wanted')
        batch_op.drop_index('ix_results_unit_id_issued_on')

    op.drop_table('results')
    op.drop_table('recovery_codes')
    with op.batch_alter_table('person_roles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_roles_person_id'))

    op.drop_table('person_roles')
    with op.batch_alter_table('factors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_factors_person_id'))

    op.drop_table('factors')
    with op.batch_alter_table('exchange_told', schema=None) as batch_op:
        batch_op.drop_index('ix_exchange_told_dossier_id')

    op.drop_table('exchange_told')
    op.drop_table('exchange_shares')
    with op.batch_alter_table('exchange_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_exchange_messages_line')
        batch_op.drop_index('ix_exchange_messages_dossier_id')

    op.drop_table('exchange_messages')
    op.drop_table('dossier_events')
    with op.batch_alter_table('certifications', schema=None) as batch_op:
        batch_op.drop_index('ix_certifications_unit_id_opened_at')
        batch_op.drop_index('ix_certifications_opened_at')
        batch_op.drop_index('ix_certifications_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('certifications')
    with op.batch_alter_table('authorities', schema=None) as batch_op:
        batch_op.drop_index('ix_authorities_unit_id_person_id')

    op.drop_table('authorities')
    with op.batch_alter_table('apologies', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_apologies_letter_key'))
        batch_op.drop_index(batch_op.f('ix_apologies_dossier_id'))

    op.drop_table('apologies')
    with op.batch_alter_table('upload_pieces', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_pieces_key'))

    op.drop_table('upload_pieces')
    with op.batch_alter_table('unit_parents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_parents_parent_id'))

    op.drop_table('unit_parents')
    with op.batch_alter_table('unit_names', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_names_folded'))

    op.drop_table('unit_names')
    with op.batch_alter_table('unit_heirs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_heirs_heir_id'))

    op.drop_table('unit_heirs')
    op.drop_table('tally_days')
    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.drop_index('ix_tallies_measure_cohort')

    op.drop_table('tallies')
    with op.batch_alter_table('snapshots', schema=None) as batch_op:
        batch_op.drop_index('ix_snapshots_unit_id_month')

    op.drop_table('snapshots')
    with op.batch_alter_table('signature_health', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_health_weakens_at')

    op.drop_table('signature_health')
    op.drop_table('seal_orders')
    with op.batch_alter_table('reuse_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_reuse_requests_owner_hash_asked_at')
        batch_op.drop_index('ix_reuse_requests_caller_id_asked_at')

    op.drop_table('reuse_requests')
    with op.batch_alter_table('renewals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_renewals_key'))

    op.drop_table('renewals')
    op.drop_table('register_years')
    op.drop_table('people')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_urgent_by'))
        batch_op.drop_index('ix_outbox_due_at')

    op.drop_table('outbox')
    op.drop_table('merkle_leaves')
    with op.batch_alter_table('local_targets', schema=None) as batch_op:
        batch_op.drop_index('ix_local_targets_year')
        batch_op.drop_index(batch_op.f('ix_local_targets_unit_id'))

    op.drop_table('local_targets')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_at')

    op.drop_table('events')
    op.drop_table('event_private')
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.drop_index('ix_dossiers_unit_id_resolved_on')
        batch_op.drop_index('ix_dossiers_unit_id_received_on')
        batch_op.drop_index('ix_dossiers_unit_id_finished_at')
        batch_op.drop_index('ix_dossiers_unit_id_due_at')
        batch_op.drop_index('ix_dossiers_holder_id')

    op.drop_table('dossiers')
    op.drop_table('connectors')
    op.drop_table('clients')
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.drop_index('ix_changes_at')

    op.drop_table('changes')
    op.drop_table('catalogue_import_rows')
    with op.batch_alter_table('books', schema=None) as batch_op:
        batch_op.drop_index('uq_books_open', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.drop_table('books')
    op.drop_table('backfills')
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
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_uploads_expires_at'))
        batch_op.drop_index('ix_uploads_actor_id_expires_at')

    op.drop_table('uploads')
    op.drop_table('units')
    with op.batch_alter_table('throttles', schema=None) as batch_op:
        batch_op.drop_index('ix_throttles_window_began')

    op.drop_table('throttles')
    op.drop_table('takeovers')
    with op.batch_alter_table('subjects', schema=None) as batch_op:
        batch_op.drop_index('ix_subjects_lease_expires_at')

    op.drop_table('subjects')
    with op.batch_alter_table('spreadsheets', schema=None) as batch_op:
        batch_op.drop_index('ix_spreadsheets_state_due_at')
        batch_op.drop_index('ix_spreadsheets_expires_at')

    op.drop_table('spreadsheets')
    op.drop_table('signing_keys')
    op.drop_table('series')
    op.drop_table('search_spellings')
    op.drop_table('search_rebuilds')
    op.drop_table('reuse_keys')
    op.drop_table('result_types')
    op.drop_table('removals')
    op.drop_table('qr_keys')
    op.drop_table('procedures')
    op.drop_table('procedure_results')
    with op.batch_alter_table('operation_records', schema=None) as batch_op:
        batch_op.drop_index('ix_operation_records_kind_at')

    op.drop_table('operation_records')
    with op.batch_alter_table('oidc_logins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_oidc_logins_expires_at'))

    op.drop_table('oidc_logins')
    with op.batch_alter_table('merkle_heads', schema=None) as batch_op:
        batch_op.drop_index('ix_merkle_heads_untimed', sqlite_where=sa.text('token IS NULL'), postgresql_where=sa.text('token IS NULL'))

    op.drop_table('merkle_heads')
    op.drop_table('lane_rests')
    op.drop_table('idempotency')
    with op.batch_alter_table('catalogue_imports', schema=None) as batch_op:
        batch_op.drop_index('ix_catalogue_imports_at')

    op.drop_table('catalogue_imports')
    op.drop_table('barred_certificates')
