"""What it means: ideas, holdings and friends; the planner with its page, API and commands."""
