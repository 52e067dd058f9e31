"""From a run to a released model: the judge of painted form, and the choice of a snapshot."""
