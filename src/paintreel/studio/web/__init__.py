"""Pages, API, and the safety of requests."""
