"""Items and the tables that keep them: one Protocol, two implementations."""
