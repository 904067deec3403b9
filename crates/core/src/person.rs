//! Persons: names as people have them, dates of birth, and the key by which nobody is booked twice.
