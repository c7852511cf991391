"""Rendering: a message's data and its template become an e-mail, an SMS, a letter, a document. Decides nothing."""
