"""What Offhook costs, in ratios: `make bench`. Nothing here ever fails a build by time."""
