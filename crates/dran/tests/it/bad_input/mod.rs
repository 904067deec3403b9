//! Rubbish, and how it is answered.
