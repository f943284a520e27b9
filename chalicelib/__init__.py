"""Offhook: answers desk phones with their configuration files."""

VERSION = "0.1.0"
