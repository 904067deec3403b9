//! Region files: whatever a file holds, it becomes a region or a list of what is wrong, on lines that it has.

#![no_main]

use dran_core::region::Region;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(diagnostics) = Region::parse(text) {
        assert!(!diagnostics.is_empty(), "refused without a reason");
        let lines = text.split('\n').count();
        for found in &diagnostics {
            assert!((1..=lines).contains(&found.line), "{found} in a file of {lines} lines");
        }
    }
});
