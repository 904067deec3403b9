### Die Seiten des Portals.
