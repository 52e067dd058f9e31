"""Files that lie in S3-compatible storage: fetched, made, put there whole or not at all."""
