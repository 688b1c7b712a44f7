"""The one way in: turns an incoming event into the row that is stored. IP and User-Agent end here."""
