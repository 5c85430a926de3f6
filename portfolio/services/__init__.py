"""One function per thing that a person wants done."""
