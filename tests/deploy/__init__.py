"""Does a deployment work, proved without an AWS account?"""
