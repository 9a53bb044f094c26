"""The steps by which an older store becomes the newest; models.migrate runs them."""
