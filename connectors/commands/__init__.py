"""The command line, one file a noun; models are imported only inside the commands that need them."""
