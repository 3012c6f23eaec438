"""Commands of the course's workshop: set-up, pages, publishing. Lessons import nothing from here."""
