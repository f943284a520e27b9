"""Does the project work as it is deployed?"""
