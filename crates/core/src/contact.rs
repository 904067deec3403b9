//! Ways to reach a person: mobile number, e-mail address, or a letter.
