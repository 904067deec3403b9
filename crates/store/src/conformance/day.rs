//! How the day stands, kept for the next node that starts.

use std::sync::Arc;

use dran_core::ids::LineNo;

use super::world::{World, second};
use crate::{Fault, KeptDay, Minute, Store};

fn minute(at: i64, joined: u32) -> Minute {
    Minute {
        at: second(at),
        joined,
        called: joined / 2,
        booked: joined / 3,
    }
}

pub(crate) async fn the_last_word_on_a_minute_and_a_line_is_kept(store: Arc<dyn Store>) {
    assert_eq!(store.kept_day(second(0)).await, Ok(KeptDay::default()));
    let world = World::open(store).await;
    let store = &world.store;
    let begin = second(0).as_second().div_euclid(60) * 60 - second(0).as_second();
    let at = |offset: i64| begin + 600 + offset;
    for (minutes, forecasts) in [
        (vec![minute(at(0), 3)], vec![(world.line, vec![1, 2, 3])]),
        (
            vec![minute(at(59), 6), minute(at(60), 9)],
            vec![(world.other_line, vec![])],
        ),
        (vec![minute(at(119), 12)], vec![(world.line, vec![0, 255])]),
        (Vec::new(), Vec::new()),
    ] {
        store.keep_day(KeptDay { minutes, forecasts }).await.unwrap();
    }
    let forecasts = vec![(world.line, vec![0, 255]), (world.other_line, vec![])];
    let kept = store.kept_day(second(at(0))).await.unwrap();
    assert_eq!(kept.minutes, [minute(at(59), 6), minute(at(119), 12)]);
    assert_eq!(kept.forecasts, forecasts);
    let later = store.kept_day(second(at(60))).await.unwrap();
    assert_eq!((later.minutes, later.forecasts), (vec![minute(at(119), 12)], forecasts));
}

pub(crate) async fn a_line_that_is_not_there_keeps_nothing(store: Arc<dyn Store>) {
    let kept = store
        .keep_day(KeptDay {
            minutes: vec![minute(600, 3)],
            forecasts: vec![(LineNo(17), vec![1])],
        })
        .await;
    assert!(matches!(kept, Err(Fault::Failed(_))), "{kept:?}");
    assert_eq!(
        store.kept_day(second(0)).await,
        Ok(KeptDay::default()),
        "not half of it"
    );
}
