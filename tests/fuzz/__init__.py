"""Does everything that reads what strangers send take any text or bytes without failing?"""
