"""Starts one limited process a job, watches it, starts it again, and keeps house."""
