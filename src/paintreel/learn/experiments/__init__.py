"""The tables and figures of the papers: what every experiment shares, and a folder a subject."""
