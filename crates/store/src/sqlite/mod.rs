//! SQLite: the engine of one machine.
