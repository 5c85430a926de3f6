"""What `portfolio` does, one module per command."""
