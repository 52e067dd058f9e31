"""The same jobs on many machines, by Ray: nodes, tasks, shards of clips."""
