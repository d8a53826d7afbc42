"""The trainer: a process of its own that runs the training jobs of reviewers.

It needs the store and `.venv-training`; the training itself, with TensorFlow, is a process that it
starts for each job. It listens on no port.
"""
