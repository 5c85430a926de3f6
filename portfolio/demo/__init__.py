"""The demo: a directory and two complete planners on one machine."""
