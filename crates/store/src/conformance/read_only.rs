//! Times in which nobody can book: told by the operator, or lost with the database.

use std::sync::Arc;

use dran_core::ids::Party;
use jiff::Timestamp;

use super::world::{Visitor, World, enter, second};
use crate::{Enter, LostTime, Permit, Store};

/// No permit of these sentences may last longer.
const MOST: i64 = 5000;

pub(crate) async fn bookings_rest_since_they_were_told_to_and_until_they_are_told_to_go_on(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let since = async || world.store.shared(0).await.unwrap().read_only_since;
    assert_eq!(since().await, None);
    assert_eq!(world.store.end_read_only(second(50), second(MOST)).await, Ok(None));
    let inside = inside_until(&world, 1, 100).await;
    let over = inside_until(&world, 2, 55).await;
    world.store.begin_read_only(second(60)).await.unwrap();
    world.store.begin_read_only(second(70)).await.unwrap();
    assert_eq!(since().await, Some(second(60)), "said twice, begun once");
    assert_eq!(world.store.end_read_only(second(90), second(MOST)).await, Ok(Some(1)));
    assert_eq!(since().await, None);
    assert_eq!(ends(&world, &inside).await, second(130));
    assert_eq!(ends(&world, &over).await, second(55));
    world.audit_is_clean().await;
}

pub(crate) async fn time_in_which_nobody_could_book_is_given_back_once_and_to_who_was_inside(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let short = inside_until(&world, 1, 100).await;
    let long = inside_until(&world, 2, 4990).await;
    let holding: Visitor = world.visitor(3, Party::One).await;
    world.hold(&holding, &[slot]).await.unwrap();
    let before = ends(&world, &world_permit(&world, 3).await).await;
    let lost = |since: i64, now: i64| LostTime {
        since: second(since),
        now: second(now),
        expires_at_max: second(MOST),
    };
    assert_eq!(world.store.give_time_back(lost(60, 360)).await, Ok(3));
    assert_eq!(ends(&world, &short).await, second(400));
    assert_eq!(ends(&world, &long).await, second(MOST), "no further than anybody gets");
    let hold = world.store.hold_of(holding.ticket).await.unwrap().unwrap();
    let prolonged = ends(&world, &world_permit(&world, 3).await).await;
    assert_eq!(prolonged.duration_since(before).as_secs(), 300);
    assert_eq!(hold.expires_at, prolonged, "a hold lives as long as its permit");
    // A leader that died before it told so, and one whose clock is behind.
    assert_eq!(world.store.give_time_back(lost(60, 360)).await, Ok(0));
    assert_eq!(world.store.give_time_back(lost(300, 200)).await, Ok(0));
    assert_eq!(ends(&world, &short).await, second(400));
    assert_eq!(
        world.store.give_time_back(lost(60, 370)).await,
        Ok(2),
        "only what came since"
    );
    assert_eq!(ends(&world, &short).await, second(410));
    world.audit_is_clean().await;
}

pub(crate) async fn what_ended_before_the_time_was_lost_stays_over(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let left = inside_until(&world, 1, 500).await;
    world.store.leave(left.ticket, second(60)).await.unwrap();
    let over = inside_until(&world, 2, 55).await;
    let lost = LostTime {
        since: second(60),
        now: second(120),
        expires_at_max: second(MOST),
    };
    assert_eq!(world.store.give_time_back(lost).await, Ok(0));
    assert_eq!(world.store.expire(second(61)).await.unwrap().permits, [over.ticket]);
    assert_eq!(ends(&world, &left).await, second(500));
}

async fn inside_until(world: &World, number: u32, seconds: i64) -> Permit {
    let enter = Enter {
        expires_at: second(seconds),
        ..enter(world.ticket(number), Party::One)
    };
    world.store.enter(enter).await.unwrap()
}

async fn world_permit(world: &World, number: u32) -> Permit {
    world.store.permits_of(vec![world.ticket(number)]).await.unwrap()[0]
}

async fn ends(world: &World, permit: &Permit) -> Timestamp {
    world.store.permits_of(vec![permit.ticket]).await.unwrap()[0].expires_at
}
