"""The outside world on this machine: a mail server and an SMS provider that keep what they are given. Loopback only."""
