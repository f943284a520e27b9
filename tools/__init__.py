"""Which commands does a developer or operator run from a checkout?"""
