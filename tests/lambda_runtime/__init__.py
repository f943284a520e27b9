"""How does the packaged zip behave on Lambda behind API Gateway, without either?

The zip runs under AWS's own runtime client in a process that sees only what Lambda has. In front of
it stands a look-alike of an API Gateway REST API, built from the packaged template. What the
look-alike does was taken from AWS's documentation and public reports, not observed on AWS.
"""
