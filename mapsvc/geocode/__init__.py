"""The offline gazetteer, and online geocoders that are off until they are switched on."""
