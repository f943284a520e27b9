"""How does a stage get into an AWS account, and out of it again?"""
