"""The doors to the outside: e-mail, SMS, letters, hand-offs. They hand over what they are given and decide nothing."""
