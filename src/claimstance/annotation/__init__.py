"""What annotators said: there and back, judgements, gold.

batches    who annotates, and what each batch is for
exports    the pulled files -> tasks, with corrections (declared fixes), answers (known ones) and signed (SHA256SUMS)
lines      one line of such a file -> a task and its annotations
results    one result of an annotation, read and checked
judgements one row an annotator and item; anchoring and placing find the words again where a text changed
marks      round 1: spans -> gold spans, with matching (whose spans are one)
gold       round 2: votes -> stance; who has a say at all; with dawid_skene (an optional rule)
sources    the stage of that name; tables, the stages that make claims and stances
studio/    Label Studio: tasks out, work back
agreement/ how alike annotators judge
quality/   what is disputed, what is known, and what annotators are told of it
"""
