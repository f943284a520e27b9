"""Who may fetch, and who may administer? Rules only: clock and keys are handed in."""
