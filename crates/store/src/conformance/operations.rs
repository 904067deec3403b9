//! What operators do on the day: each thing once, with its reason in the log.

use std::sync::Arc;
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::ids::{AnnouncementId, CampaignId, Language, VaccineId};
use dran_core::operations::{AnnouncementText, PermitBounds};
use dran_core::staff::Reason;
use dran_core::staff::log::Actor;

use super::world::{World, at_once, centre, key, second};
use crate::{
    Announcement, CampaignStep, Failure, NewRelease, NewSeriesSlot, Operation, OperationOrder, OperationRefusal,
    ReleaseRefusal, SeenNode, StepRefusal, Store,
};

fn operation(number: u64, order: OperationOrder) -> Operation {
    Operation {
        attempt_key: key(number),
        actor: Actor::Command,
        reason: Reason::parse(&format!("reason {number}")).unwrap(),
        order,
        now: second(100),
    }
}

/// What the log says after who acted.
async fn log(store: &Arc<dyn Store>) -> Vec<String> {
    let lines = store.staff().audit_log(1, 1_000).await.unwrap();
    let said = |line: String| line.split_once(" command ").unwrap().1.to_owned();
    lines.into_iter().map(|line| said(line.line)).collect()
}

async fn state(world: &World) -> CampaignState {
    world.store.campaigns().await.unwrap()[0].state
}

pub(crate) async fn an_operation_sent_twice_is_done_once_and_logged_with_its_reason(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let pause = OperationOrder::Step(world.campaign.clone(), CampaignStep::Pause);
    let resume = OperationOrder::Step(world.campaign.clone(), CampaignStep::Resume);
    let operations = world.store.operations();
    // Both clicks of a double click, at once.
    let clicks = (0..2).map(|_| {
        let (store, pause) = (Arc::clone(&world.store), operation(1, pause.clone()));
        async move { store.operations().operate(pause).await }
    });
    assert_eq!(at_once(clicks).await, [Ok(()), Ok(())]);
    assert_eq!(state(&world).await, CampaignState::Paused);
    operations.operate(operation(2, resume)).await.unwrap();
    // A click that arrives late does not pause again what somebody has resumed since.
    operations.operate(operation(1, pause)).await.unwrap();
    assert_eq!(state(&world).await, CampaignState::Open);
    let close = OperationOrder::Step(world.campaign.clone(), CampaignStep::Close);
    operations.operate(operation(3, close)).await.unwrap();
    let campaign = &world.campaign;
    assert_eq!(
        log(&world.store).await,
        [
            format!("paused campaign={campaign} because reason 1"),
            format!("resumed campaign={campaign} because reason 2"),
            format!("closed campaign={campaign} because reason 3"),
        ]
    );
    world.audit_is_clean().await;
}

pub(crate) async fn an_operation_that_is_refused_leaves_no_line_and_its_key_is_good(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let operations = world.store.operations();
    let step = |campaign: &CampaignId, step| OperationOrder::Step(campaign.clone(), step);
    let resume = step(&world.campaign, CampaignStep::Resume);
    let refused = operations.operate(operation(1, resume)).await;
    let not_paused = StepRefusal::NotFrom(CampaignState::Open);
    assert_eq!(refused, Err(Failure::Refused(OperationRefusal::Step(not_paused))));
    let nowhere = step(&CampaignId::new("nowhere"), CampaignStep::Pause);
    let refused = operations.operate(operation(1, nowhere)).await;
    let unknown = OperationRefusal::Step(StepRefusal::UnknownCampaign);
    assert_eq!(refused, Err(Failure::Refused(unknown)));
    assert!(log(&world.store).await.is_empty());
    let pause = step(&world.campaign, CampaignStep::Pause);
    operations.operate(operation(1, pause)).await.unwrap();
    assert_eq!(state(&world).await, CampaignState::Paused);
    world.audit_is_clean().await;
}

pub(crate) async fn bounds_stand_until_others_are_set(store: Arc<dyn Store>) {
    let set = async || store.shared(0).await.unwrap().bounds;
    assert_eq!(set().await, None, "as the nodes are configured");
    let (few, many) = (PermitBounds::new(5, 50).unwrap(), PermitBounds::new(500, 500).unwrap());
    for (number, bounds) in [(1, Some(few)), (2, Some(many)), (3, None)] {
        let order = OperationOrder::Bounds(bounds);
        store.operations().operate(operation(number, order)).await.unwrap();
        assert_eq!(set().await, bounds);
    }
    assert_eq!(
        log(&store).await,
        [
            "bounded permits=5..50 because reason 1",
            "bounded permits=500..500 because reason 2",
            "bounded permits=configured because reason 3",
        ]
    );
}

pub(crate) async fn an_announcement_is_shown_in_its_languages_until_it_is_taken_back(store: Arc<dyn Store>) {
    let operations = store.operations();
    let shown = async || store.shared(0).await.unwrap().announcement;
    let text = |tag: &str, text: &str| (Language::new(tag), AnnouncementText::parse(text).unwrap());
    assert_eq!(shown().await, None);
    let slow = vec![
        text("de", "Gerade geht es „langsamer“."),
        text("en", "It is slower right now."),
    ];
    operations
        .operate(operation(1, OperationOrder::Announce(slow.clone())))
        .await
        .unwrap();
    let first = shown().await.unwrap();
    let told = Announcement {
        id: first,
        published_at: second(100),
        texts: slow,
    };
    assert_eq!(operations.announcement(first).await, Ok(Some(told.clone())));
    let again = OperationOrder::Announce(vec![text("de", "Es geht weiter.")]);
    operations.operate(operation(2, again)).await.unwrap();
    let second = shown().await.unwrap();
    assert_ne!(first, second);
    // Somebody whose page is older does not take back what is not on it.
    let refused = operations.operate(operation(3, OperationOrder::Withdraw(first))).await;
    assert_eq!(refused, Err(Failure::Refused(OperationRefusal::OtherAnnouncement)));
    operations
        .operate(operation(3, OperationOrder::Withdraw(second)))
        .await
        .unwrap();
    assert_eq!(shown().await, None);
    let refused = operations.operate(operation(4, OperationOrder::Withdraw(second))).await;
    assert_eq!(refused, Err(Failure::Refused(OperationRefusal::OtherAnnouncement)));
    assert_eq!(
        operations.announcement(first).await,
        Ok(Some(told)),
        "the log still leads to it"
    );
    assert_eq!(operations.announcement(AnnouncementId(99)).await, Ok(None));
    assert_eq!(
        log(&store).await,
        [
            format!("announced announcement={first} because reason 1"),
            format!("announced announcement={second} because reason 2"),
            format!("withdrawn announcement={second} because reason 3"),
        ]
    );
}

pub(crate) async fn a_release_by_an_operator_is_logged_with_what_it_added(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let delivery = world.deliver("kassel", "biontech", "D1", 20).await;
    let release = |doses| {
        let slot = NewSeriesSlot {
            centre: centre("kassel"),
            vaccine: VaccineId::new("biontech"),
            first: second(7 * 86_400),
            second: Some(second(28 * 86_400)),
            doses: vec![(delivery, 1, doses), (delivery, 2, doses)],
            capacity: doses,
        };
        OperationOrder::Release(NewRelease {
            at: second(100),
            slots: vec![slot],
        })
    };
    let operations = world.store.operations();
    let nothing = OperationOrder::Release(NewRelease {
        at: second(100),
        slots: vec![],
    });
    let refused = operations.operate(operation(1, nothing)).await;
    assert_eq!(refused, Err(Failure::Refused(OperationRefusal::NothingToRelease)));
    let refused = operations.operate(operation(1, release(11))).await;
    let exceeded = OperationRefusal::Release(ReleaseRefusal::DeliveryExceeded(delivery));
    assert_eq!(refused, Err(Failure::Refused(exceeded)));
    for _ in 0..2 {
        operations.operate(operation(1, release(7))).await.unwrap();
    }
    let free: u32 = world.store.board().await.unwrap().iter().map(|slot| slot.free).sum();
    assert_eq!(free, 7, "sent twice, released once");
    assert_eq!(log(&world.store).await, ["released release=7 because reason 1"]);
    world.audit_is_clean().await;
}

pub(crate) async fn a_node_is_there_until_it_stops(store: Arc<dyn Store>) {
    let operations = store.operations();
    let node = |name: &str, seen: i64, leads| SeenNode {
        name: name.to_owned(),
        began_at: second(10),
        seen_at: second(seen),
        leads,
        delay: leads.then_some(Duration::from_micros(4_321)),
    };
    for said in [node("b:80", 20, false), node("a:80", 21, true), node("b:80", 25, false)] {
        operations.note_node(said).await.unwrap();
    }
    assert_eq!(
        operations.nodes().await,
        Ok(vec![node("a:80", 21, true), node("b:80", 25, false)])
    );
    operations.forget_node("a:80".to_owned()).await.unwrap();
    operations.forget_node("a:80".to_owned()).await.unwrap();
    assert_eq!(operations.nodes().await, Ok(vec![node("b:80", 25, false)]));
}
