"""The three ways of ``interlude evaluate``: simulated, foreign and own ratings."""
