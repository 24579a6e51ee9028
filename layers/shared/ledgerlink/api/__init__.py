"""The HTTP border: requests in, answers and errors out, who is calling."""
