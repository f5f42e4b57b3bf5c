//! The hour that is lived twice, where the order of a file did not settle it: what other records say.

use std::collections::HashMap;

use super::WITNESS_SECONDS;
use crate::access_log::clock::TimeReader;
use crate::access_log::event::{Event, TimeQuality};

/// Settles events by the record of the same request that is sure of its time. `clocks` by number of the file.
pub(super) fn settle_by_witness(events: &mut [Event], clocks: &[TimeReader]) {
    if events.iter().all(|event| event.quality != TimeQuality::FoldUnknown) {
        return;
    }
    let mut sure: HashMap<u64, Vec<i64>> = HashMap::new();
    for event in events.iter().filter(|event| event.correlation != 0 && !matches!(event.quality, TimeQuality::FoldUnknown | TimeQuality::Skipped)) {
        sure.entry(event.correlation).or_default().push(event.at);
    }
    for event in events.iter_mut().filter(|event| event.quality == TimeQuality::FoldUnknown) {
        let Some(witnesses) = sure.get(&event.correlation) else { continue };
        let length = clocks.get(usize::from(event.file)).map_or(0, |clock| clock.fold_length(event.at));
        let near = |at: i64| witnesses.iter().any(|witness| (witness - at).abs() <= WITNESS_SECONDS);
        // A counter that came round within the hour tells nothing.
        match (near(event.at), length > 0 && near(event.at + length)) {
            (true, false) => event.quality = TimeQuality::FoldFirst,
            (false, true) => (event.at, event.quality) = (event.at + length, TimeQuality::FoldSecond),
            _ => {}
        }
    }
}

/// Whether two events of equal bytes are one record. The same words may be settled in one export and unsure in another.
pub(super) fn same(one: &Event, other: &Event) -> bool {
    let bare = |event: &Event| Event { line: 0, file: 0, ..*event };
    let unsure = [one, other].iter().any(|event| event.quality == TimeQuality::FoldUnknown);
    let timeless = |event: &Event| Event { at: 0, quality: TimeQuality::FoldUnknown, ..bare(event) };
    if unsure { timeless(one) == timeless(other) } else { bare(one) == bare(other) }
}
