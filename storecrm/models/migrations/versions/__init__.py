"""One file a step, named by its revision: the file names are the map."""
