"""Picture sets that are not the course's own, made from free packages."""
