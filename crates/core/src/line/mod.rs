//! The line: tickets, the draw, positions, calling, expected waits and the poll budget.
