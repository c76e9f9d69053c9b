"""How alike annotators judge: ballots (narrow rows) -> alpha (sums) -> bootstrap (intervals) -> figures (the table)."""
