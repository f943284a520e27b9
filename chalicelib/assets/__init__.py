"""Where large files lie: in a bucket of S3, or in a folder on one's own machine."""
