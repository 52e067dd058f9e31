"""The verb character."""
