//! The region file: districts, centres, vaccines, priority groups, hotline and languages.
