"""Files for machines and printers, one format a file: a function of the file's name returns the bytes."""
