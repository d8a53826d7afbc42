"""The models page: versions, trainings, adoption and rollback."""
