"""What words tell of feeling: a taxonomy of meanings, and how near words are to seeds in it."""
