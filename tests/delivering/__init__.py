"""How are webhooks told what happens?"""
