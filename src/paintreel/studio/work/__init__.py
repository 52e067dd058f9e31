"""Jobs, their events and shards, as the store has them."""
