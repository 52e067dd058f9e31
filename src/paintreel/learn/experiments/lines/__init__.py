"""The experiment on lines and colour: tables and figures of Tan 2024, and what it leaves open."""
