//! Steps of a campaign on the day, and the public account of all deeds.

use std::sync::Arc;

use dran_core::campaign::CampaignState;
use dran_core::ids::CampaignId;
use dran_core::line::account::{EMPTY, next};

use super::world::{World, second};
use crate::{AccountHead, CampaignStep, Enter, EnterRefusal, Failure, StepRefusal, Store};

pub(crate) async fn every_deed_is_a_line_of_an_unbroken_account(store: Arc<dyn Store>) {
    let nothing = AccountHead { lines: 0, head: EMPTY };
    assert_eq!(store.account_head().await, Ok(nothing));
    let world = World::open(store).await;
    let calls = vec![(world.line, 4), (world.other_line, 2)];
    world.store.record_calls(calls, second(61)).await.unwrap();
    world
        .store
        .record_calls(vec![(world.line, 9)], second(62))
        .await
        .unwrap();
    for (step, at) in [
        (CampaignStep::Pause, 70),
        (CampaignStep::Resume, 80),
        (CampaignStep::Close, 90),
    ] {
        world
            .store
            .step(world.campaign.clone(), step, second(at))
            .await
            .unwrap();
    }

    let lines = world.store.account(1, 100).await.unwrap();
    let deeds: Vec<&str> = lines
        .iter()
        .map(|line| line.line.splitn(4, ' ').nth(3).unwrap())
        .collect();
    let pools = &world.store.campaigns().await.unwrap()[0].campaign.pools;
    let (first, second_pool) = (&pools[0].id, &pools[1].id);
    assert!(deeds[0].starts_with("committed "), "{deeds:?}");
    assert_eq!(
        deeds[1..],
        [
            format!("frozen {first}=10 {second_pool}=0"),
            format!("drawn {first}=10 {second_pool}=0"),
            format!("called {first}=4 {second_pool}=2"),
            format!("called {first}=9"),
            "paused".to_owned(),
            "resumed".to_owned(),
            "closed".to_owned(),
        ]
    );
    let mut head = EMPTY;
    for (number, line) in (1..).zip(&lines) {
        head = next(&head, &line.line);
        assert_eq!((line.number, line.head), (number, head));
        assert!(line.line.starts_with(&format!("{number} ")), "{}", line.line);
    }
    let whole = AccountHead {
        lines: lines.len() as u32,
        head,
    };
    assert_eq!(world.store.account_head().await, Ok(whole));
    assert_eq!(world.store.account(3, 2).await.unwrap(), lines[2..4]);
    assert_eq!(world.store.account(100, 2).await, Ok(vec![]));
    world.audit_is_clean().await;
}

pub(crate) async fn a_call_that_moves_nothing_leaves_no_line(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    world
        .store
        .record_calls(vec![(world.line, 9)], second(60))
        .await
        .unwrap();
    let before = world.store.account_head().await.unwrap();
    world
        .store
        .record_calls(vec![(world.line, 9)], second(61))
        .await
        .unwrap();
    world
        .store
        .record_calls(vec![(world.line, 3)], second(62))
        .await
        .unwrap();
    assert_eq!(world.store.account_head().await.unwrap(), before);
}

pub(crate) async fn a_paused_campaign_lets_nobody_in_until_it_is_resumed(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let step = |step| world.store.step(world.campaign.clone(), step, second(1));
    let enter = |number| Enter {
        ticket: world.ticket(number),
        party: dran_core::ids::Party::One,
        now: second(2),
        expires_at: second(900),
        permits_max: 10,
    };
    step(CampaignStep::Pause).await.unwrap();
    let refused = world.store.enter(enter(1)).await;
    assert_eq!(refused, Err(Failure::Refused(EnterRefusal::NotOpen)));
    step(CampaignStep::Resume).await.unwrap();
    world.store.enter(enter(1)).await.unwrap();
    step(CampaignStep::Close).await.unwrap();
    let refused = world.store.enter(enter(2)).await;
    assert_eq!(refused, Err(Failure::Refused(EnterRefusal::NotOpen)));
}

pub(crate) async fn a_step_must_fit_how_the_campaign_stands(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let step = |step| world.store.step(world.campaign.clone(), step, second(1));
    let not_from = |state| Err(Failure::Refused(StepRefusal::NotFrom(state)));
    assert_eq!(step(CampaignStep::Pause).await, not_from(CampaignState::Scheduled));
    assert_eq!(step(CampaignStep::Resume).await, not_from(CampaignState::Scheduled));
    step(CampaignStep::Close).await.unwrap();
    for again in [CampaignStep::Pause, CampaignStep::Resume, CampaignStep::Close] {
        assert_eq!(step(again).await, not_from(CampaignState::Closed));
    }
    let nobody = world
        .store
        .step(CampaignId::new("nobody"), CampaignStep::Pause, second(1));
    assert_eq!(nobody.await, Err(Failure::Refused(StepRefusal::UnknownCampaign)));
}
