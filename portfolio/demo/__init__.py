"""The demo: a directory and two complete planners on one machine, with sample data.

`world` starts and stops them, `story` fills them, `walk` goes through the promises and checks
each. What runs are the real commands in processes of their own.
"""
