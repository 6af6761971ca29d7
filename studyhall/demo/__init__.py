"""An invented township to look around in. Its records are made through the product's own code."""
