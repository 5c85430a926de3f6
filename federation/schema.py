"""The one `MetaData` of federation's tables; log, records, peers and guests hang theirs on it."""

from typing import Final

from sqlalchemy import MetaData

metadata: Final = MetaData()
