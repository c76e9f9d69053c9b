"""What is not as it was between two releases, builds or copies: found, told, and which number it demands.

    old, new = (sides.read(path, name, keys(schemas)) for …)
    found = compare(old, new, schemas, withdrawn)
    changes(found, schemas["changes"])      the rows of that table of a release
    demanded(found), allowed("1.0.0", "1.0.1", demanded(found))

`sides` looks at a folder, `columns` and `rows` compare, `moved` finds rows again whose id is another now, `withheld`
knows whose words may not be told; `terminal`, `markdown`, `machine` and `page` are what is said of it.
"""

from claimstance.release.diff.changes import changes
from claimstance.release.diff.compare import compare
from claimstance.release.diff.demands import Demanded, Reason, allowed, demanded, smallest
from claimstance.release.diff.found import Found

__all__ = ["Demanded", "Found", "Reason", "allowed", "changes", "compare", "demanded", "smallest"]
