"""Everything that can be known from one response."""

__version__ = "0.1.0"
