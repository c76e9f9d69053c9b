"""How alike annotators judge: ballots (narrow rows) -> kinds (votes, a portion at a time) -> alpha (sums) -> bootstrap
(intervals) -> figures (the table).
"""
