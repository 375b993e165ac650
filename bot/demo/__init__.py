"""A practice in a box: the real application and the sandbox in one process, with simulated people.

Used by ``interlude demo`` and its tests. The people type and tap like anybody; nothing in the
application knows that they are not real.
"""
