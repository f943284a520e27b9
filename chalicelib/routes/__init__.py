"""Thin blueprints: parse a request, call one use case, return its answer."""
