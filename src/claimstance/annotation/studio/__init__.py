"""Label Studio, there and back.

Out:  tasks -> refusals (looked through) -> outbox (written down) -> sending (sent once)
Back: snapshots (fetched) -> canonical (names, addresses and clocks taken out) -> pulls (merged, nothing lost) -> pulled
On:   server (projects, people, tabs; the only importer of the SDK) over wire (one call)
Here: local (a server of one's own), keys (its secret), forms (what annotators see, made of labels.yaml)
"""
