"""How far simple models come on a corpus: stance, and which tokens of an article are in a claim.

`data` brings pairs and texts through the public loader, `stance` and `claims` train on train, choose by validation and
answer for test, `words` is the small model's vectors, `learning` the one learner, `measure` the figures. `__main__`
measures a build and writes scores.yaml and scores.md.
"""
