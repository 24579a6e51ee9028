"""The local AWS engine: ministack, and beside it what our template needs and ministack lacks."""
