"""The review desk: who holds a document, and what they have typed that nobody has confirmed yet."""
