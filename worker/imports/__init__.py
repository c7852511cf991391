"""Files of customers, contracts, invoices, payments and credits: checked whole, then recorded once."""
