"""
What the analysis of sequences found, as files: tables, the long table for mixed models, SDIS for GSEQ, two scripts.

Pure: results of `coding.analysis` in, text out. `dictionary_words` says what every column means.
"""
