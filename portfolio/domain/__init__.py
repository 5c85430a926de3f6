"""What portfolios, ideas and their numbers mean. Pure: no I/O, no clock, no floats for money."""
