"""The scispaCy pipeline that tags mechanisms."""
