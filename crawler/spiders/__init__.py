"""Where to go: one policy a file; the file's name is the spider's."""
