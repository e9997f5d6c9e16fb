"""What every page and command of the two services wears; it knows neither records nor databases."""
