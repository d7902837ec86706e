"""Review records in other programs: one module a format, out and back."""
