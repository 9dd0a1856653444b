"""People who may attend, with or without a sign-in, and the posts they have held."""
