"""One page on this machine, shared by ``interlude demo`` and ``interlude flows try --page``.

``one_page`` serves it, ``feed`` tells its open windows what happens, ``assets`` are the page.
It knows nothing of a practice: whoever shows a page hands in what is shown and what can be done.
"""
