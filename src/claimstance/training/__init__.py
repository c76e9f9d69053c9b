"""What training code imports: a release, exactly the one that is named, and views of its tables.

`loading` brings a table (`load`), from a folder (`folders`) or from the Hub (`repositories`, the only importer of
huggingface_hub here). Views turn it into what models are trained on, split by split, in memory or as a stream:

as_nli         pairs of premise and hypothesis, labels by the names of FEVER or MNLI
as_spans       tokens with their tags, for any fast tokenizer
soft_labels    how the judges' votes are spread, as a vector
by_annotator   one judgement a row, each annotator's own
rows           rows as typed Python objects, labels as enums

A wing that imports the ground only; datasets, pyarrow and tokenizers are imported when they are used.
"""
