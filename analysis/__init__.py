"""Everything that needs more than one response."""
