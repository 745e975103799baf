"""What the markup does to the words of a redline: hides them (`unseen`), or draws them otherwise (`formatting`).

The words come from a flat pass, the markup from the tree that a browser would build: `texts` is where they meet.
"""
