"""What is in a file of many devices and extensions, and how is one written?"""
