"""An AWS account on this machine: moto's server, with what a deployment needs added."""
