"""What does the sample app ship beside its routes?"""
