"""What the API answers, as types for its description: a module per resource. ``*_shapes.py`` make the answers."""
