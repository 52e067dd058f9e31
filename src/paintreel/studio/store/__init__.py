"""The one place of state: tables, transactions, migrations."""
