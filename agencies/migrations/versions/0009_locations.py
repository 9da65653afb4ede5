"""Where the counters of agencies stand."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency", sa.Column("latitude", sa.Double))
    op.add_column("agency", sa.Column("longitude", sa.Double))


def downgrade() -> None:
    op.drop_column("agency", "longitude")
    op.drop_column("agency", "latitude")
