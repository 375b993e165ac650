"""The reading of an author's file, for modules that own a part of it: texts, tables, keys, lengths
of time, reports.

Used by the step kinds, the triggers and ``flows.script``. It knows no trigger, no step and no file
format.
"""
