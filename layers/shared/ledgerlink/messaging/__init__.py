"""What Ledgerlink sets going: executions in Step Functions, events for the host."""
