"""What two domains already need: database, clock, access, audit, figures. It knows no domain."""
