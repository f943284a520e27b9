"""One module for each word after `offhook`."""
