"""A therapist hands a client over to a colleague: both are asked, and before a yes nothing goes.

What came of it later, on cards and in digests, is told by the packages of those.
"""
