//! Signed strings: tickets, permits and session tokens share one envelope and one key ring.
