"""Users, passwords, sessions, API tokens and invitations."""
