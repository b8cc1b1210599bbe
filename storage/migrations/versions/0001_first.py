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
    op.create_table('seal_orders',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('ordered_by', sa.String(length=64), nullable=False),
    sa.Column('ordered_at', Moment(), nullable=False),
    sa.Column('document_ids', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_seal_orders_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal_orders'))
    )
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
    op.create_table('documents',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('waiting_for', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
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
    sa.Column('sealed_at', Moment(), nullable=True),
    sa.Column('published_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('successor_id', sa.String(length=64), nullable=True),
    sa.Column('lease_number', sa.Integer(), nullable=False),
    sa.Column('lease_holder', sa.String(length=120), nullable=True),
    sa.Column('lease_expires_at', Moment(), nullable=True),
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
        batch_op.create_index('ix_documents_unit_id_state_received_at', ['unit_id', 'state', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_documents_waiting_for_changed_at', ['waiting_for', 'changed_at'], unique=False)

    op.create_table('announcements',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('delivered_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_announcements_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index('ix_announcements_delivered_at', ['delivered_at'], unique=False)

    op.create_table('attempts',
    sa.Column('document_id', sa.String(length=64), nullable=False),
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
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_attempts_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'number', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index('ix_attempts_outcome', ['outcome'], unique=False)

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
    op.create_table('event_private',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_event_private_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'sequence', 'name', name=op.f('pk_event_private'))
    )
    op.create_table('events',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_events_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'sequence', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_at', ['at'], unique=False)

    op.create_table('outbox',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_outbox_document_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due_at', ['due_at'], unique=False)

    op.create_table('previews',
    sa.Column('document_id', sa.String(length=64), nullable=False),
    sa.Column('capture', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('scale', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_previews_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'capture', 'page', name=op.f('pk_previews'))
    )
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


def downgrade() -> None:
    op.drop_table('revisions')
    op.drop_table('previews')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_due_at')

    op.drop_table('outbox')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_at')

    op.drop_table('events')
    op.drop_table('event_private')
    op.drop_table('confirmed_data')
    with op.batch_alter_table('captures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_captures_scan_key'))

    op.drop_table('captures')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_attempts_outcome')

    op.drop_table('attempts')
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.drop_index('ix_announcements_delivered_at')

    op.drop_table('announcements')
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_index('ix_documents_waiting_for_changed_at')
        batch_op.drop_index('ix_documents_unit_id_state_received_at')
        batch_op.drop_index('ix_documents_result_id_published_at_ended_at')
        batch_op.drop_index('ix_documents_received_at_id')

    op.drop_table('documents')
    op.drop_table('tokens')
    op.drop_table('sessions')
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.drop_index('ix_results_unit_id_issued_on')

    op.drop_table('results')
    op.drop_table('seal_orders')
    op.drop_table('people')
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.drop_index('ix_dossiers_unit_id_resolved_on')

    op.drop_table('dossiers')
    op.drop_table('clients')
    op.drop_table('units')
    op.drop_table('series')
    op.drop_table('removals')
    op.drop_table('idempotency')
