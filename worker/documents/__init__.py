"""Invoices and credit notes: what they say, as XML, as PDF and as tables, kept as they were sent."""
