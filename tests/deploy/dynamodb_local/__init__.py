"""Does the storage keep its contract over Amazon's own engine, too?"""
