"""The portal's settings: what a form holds, what it changes, and how that is shown."""
