"""Pure values and rules: no clock, file, network, environment, AWS, HTTP or Jinja."""
