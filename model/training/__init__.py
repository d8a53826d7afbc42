"""How the network is made: data, augmentation, training, export, evaluation.

Only this folder uses TensorFlow.
"""

CLASSES = 11
NOT_A_DIGIT = 10
