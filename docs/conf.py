# ruff: noqa: INP001 - a script of Sphinx, not a package
"""The handbook: Sphinx with MyST Markdown and the Furo theme. Build it with `./run docs`."""

project = "Portfolio Planner"
author = "The Portfolio Planner team"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Portfolio Planner"
exclude_patterns = ["_build", "changes"]
nitpicky = False
