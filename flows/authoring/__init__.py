"""How an author's file is read, wherever a module owns keys of it: keys, lengths of time, reports.

Used by the triggers and by ``flows.script``. It knows no trigger, no step and no file format.
"""
