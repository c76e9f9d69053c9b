"""The rows of the table `changes` of a release."""

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.release.diff.found import Found
from claimstance.table import Table


def changes(found: Found, table: Table) -> pa.Table:
    """It will be all changes as rows of `table`, schemas["changes"], in order of their key.

    The reason is that of the tombstone, of rows that were withdrawn. They come as an Arrow table, of the schema's own
    types, because there may be millions; the gate's checks of this table are what holds them to the rest of it.
    """
    names = next(field.vocabulary.names for field in table.fields if field.name == "change" and field.vocabulary)
    told = {article: reason for article, reason in found.reasons.items() if reason}
    reasons = pa.array(list(told.values()), pa.string()).take(
        pc.index_in(found.rows["article_id"].combine_chunks(), pa.array(list(told), pa.string()))
    )
    due = {name: found.rows[name] for name in found.rows.column_names} | {
        "change": pc.index_in(found.rows["change"], pa.array(names, pa.string())).cast(pa.int64()),
        "reason": pc.if_else(pc.equal(found.rows["change"], "withdrawn"), reasons, None),
    }
    return pa.table([due[field.name] for field in table.fields], schema=table.arrow_schema)
