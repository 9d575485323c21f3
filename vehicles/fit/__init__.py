"""Does it fit in Japan? What public rules say of a vehicle's size, displacement and weight."""
