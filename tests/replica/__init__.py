"""A replica of the campaign: a small made-up web, built from a fixed seed, of which every right answer is known."""
