"""Events of devices: how they get into the outbox, and from there to webhooks."""
