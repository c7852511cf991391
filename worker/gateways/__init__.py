"""The doors to the outside: e-mail, SMS, letters, debits, hand-offs. They hand over what they are given, no more."""
