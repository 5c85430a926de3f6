"""`python -m portfolio`: the same as the command `portfolio`."""

from portfolio.cli import main

if __name__ == "__main__":
    main(prog_name="portfolio")
