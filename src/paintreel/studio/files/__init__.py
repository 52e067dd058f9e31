"""Uploads and results on disk under generated names, and what is known of them."""
