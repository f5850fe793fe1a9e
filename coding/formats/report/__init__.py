"""Reports of a reliability run: the stored facts in, the bytes of files out."""
