"""Forms and schemas made from the options of the verbs."""
