"""Every figure of the answers about a portfolio, opened: what went in, and each step to it.

`FIGURES` of `registry` has a line for each figure; a figure without one fails a test.
"""
