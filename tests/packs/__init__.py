"""Vendor packs, discovered and rendered."""
