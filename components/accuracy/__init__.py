"""The accuracy page: accuracy, confusion matrix and reliability, from the labels."""
