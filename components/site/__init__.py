"""What makes Inkling a site: documents around the pages, their metadata, icons, and 404."""
