"""The files of annotations as a whole: are they in order, and where are the texts they speak of."""
