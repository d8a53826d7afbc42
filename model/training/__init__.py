"""How the network is made: data, augmentation, training, export and evaluation.

TensorFlow and Keras are imported in this package only, so serving does not need them.
"""

CLASSES = 11  # ten digits, then "not a digit"
NOT_A_DIGIT = 10
NEGATIVE_SHARE = 0.21  # share of all training samples; symbols and synthetic negatives
