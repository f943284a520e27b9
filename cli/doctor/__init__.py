"""What is wrong with an address that phones are to fetch from?

finding      one thing that was looked at: ok, warn or fail, and how to mend it
target       the address, its name and its ports
tls          the versions, the certificate and its chain
files        what phones get: redirects, headers, pages in place of 404
exposure     what strangers get
examination  all of it in order
"""
