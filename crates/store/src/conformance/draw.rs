//! The way to a drawn order: the opening, the freezing of N, the public value, the draw.

use std::sync::Arc;

use dran_core::campaign::CampaignState;
use dran_core::ids::CampaignId;
use dran_core::line::randomness::{Beacon, DrandChain, DrandRound, PublicValue, Randomness};

use super::world::{World, by_drand, of_lottery, second};
use crate::{Failure, Fault, Freeze, OpeningRefusal, SetOpening, Store, StoredCampaign};

fn refused(reason: OpeningRefusal) -> Result<(), Failure<OpeningRefusal>> {
    Err(Failure::Refused(reason))
}

async fn stored(world: &World) -> StoredCampaign {
    world.store.campaigns().await.unwrap().remove(0)
}

fn numbers(at: i64, text: &str) -> PublicValue {
    PublicValue {
        text: text.into(),
        at: second(at),
        beacon: None,
    }
}

fn beacon(at: i64, round: u64) -> PublicValue {
    PublicValue {
        text: "aa".into(),
        at: second(at),
        beacon: Some(Beacon {
            round,
            signature: vec![1; 48],
            previous_signature: Vec::new(),
        }),
    }
}

fn round_of(randomness: &Randomness) -> u64 {
    match randomness {
        Randomness::Drand(named) => named.round,
        _ => panic!("a drand round is named"),
    }
}

pub(crate) async fn the_opening_moves_until_n_is_frozen(store: Arc<dyn Store>) {
    let world = World::scheduled_with(store, by_drand(0)).await;
    let opening = |at| SetOpening {
        campaign: world.campaign.clone(),
        opens_at: second(at),
        randomness: by_drand(at),
    };
    assert_eq!(world.store.set_opening(opening(3600)).await, Ok(()));
    let moved = stored(&world).await;
    assert_eq!(moved.campaign.opens_at, second(3600));
    assert_eq!(moved.randomness, by_drand(3600), "with the round that belongs to it");

    let freeze = Freeze {
        randomness: by_drand(3600),
        ..world.freeze(3600, 41)
    };
    world.store.freeze(freeze).await.unwrap();
    assert_eq!(
        world.store.set_opening(opening(0)).await,
        refused(OpeningRefusal::AlreadyFrozen)
    );
    let kept = stored(&world).await;
    assert_eq!(
        (kept.campaign.opens_at, kept.randomness),
        (second(3600), by_drand(3600))
    );
}

pub(crate) async fn n_is_frozen_once_for_all_lines(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    assert_eq!(
        world.store.freeze(world.freeze(-1, 40)).await,
        refused(OpeningRefusal::TooEarly)
    );
    world.store.freeze(world.freeze(5, 41)).await.unwrap();
    assert_eq!(
        world.store.freeze(world.freeze(6, 42)).await,
        refused(OpeningRefusal::AlreadyFrozen)
    );
    let frozen = stored(&world).await;
    assert_eq!(
        (frozen.state, frozen.frozen_at, frozen.drawn_at),
        (CampaignState::Scheduled, Some(second(5)), None)
    );
    let n: Vec<_> = frozen.lines.iter().map(|line| line.drawn_n).collect();
    assert_eq!(n, [Some(41), Some(0)]);
    world.audit_is_clean().await;
}

pub(crate) async fn a_freezing_that_forgets_a_line_is_a_fault_and_changes_nothing(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let freeze = Freeze {
        counts: vec![(world.line, 1)],
        ..world.freeze(0, 1)
    };
    assert!(matches!(
        world.store.freeze(freeze).await,
        Err(Failure::Fault(Fault::Failed(_)))
    ));
    let left = stored(&world).await;
    assert_eq!((left.frozen_at, left.lines[0].drawn_n), (None, None));
}

pub(crate) async fn without_a_source_the_draw_follows_the_freezing(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let draw = |at| world.store.record_draw(world.campaign.clone(), second(at));
    assert_eq!(draw(0).await, refused(OpeningRefusal::NotFrozen));
    world.store.freeze(world.freeze(1, 41)).await.unwrap();
    assert_eq!(draw(1).await, Ok(()));
    assert_eq!(draw(2).await, refused(OpeningRefusal::AlreadyDrawn));
    let drawn = stored(&world).await;
    assert_eq!((drawn.state, drawn.drawn_at), (CampaignState::Open, Some(second(1))));
    world.audit_is_clean().await;
}

pub(crate) async fn with_a_source_the_draw_waits_for_the_value(store: Arc<dyn Store>) {
    let world = World::scheduled_with(store, by_drand(0)).await;
    let value = beacon(13, round_of(&by_drand(0)));
    let take_in = || world.store.record_public_value(world.campaign.clone(), value.clone());
    let draw = |at| world.store.record_draw(world.campaign.clone(), second(at));
    assert_eq!(take_in().await, refused(OpeningRefusal::NotFrozen));
    // Freezing came late, and names a later round.
    let late = by_drand(60);
    let freeze = Freeze {
        randomness: late.clone(),
        ..world.freeze(60, 41)
    };
    world.store.freeze(freeze).await.unwrap();
    assert_eq!(stored(&world).await.randomness, late);
    assert_eq!(draw(61).await, refused(OpeningRefusal::NoPublicValue));
    assert_eq!(
        take_in().await,
        refused(OpeningRefusal::NoSuchSource),
        "of a round that is not the named one"
    );

    let value = beacon(73, round_of(&late));
    let taken = world
        .store
        .record_public_value(world.campaign.clone(), value.clone())
        .await;
    assert_eq!(taken, Ok(()));
    assert_eq!(stored(&world).await.public_value, Some(value));
    assert_eq!(draw(73).await, Ok(()));
    assert_eq!(stored(&world).await.state, CampaignState::Open);
    world.audit_is_clean().await;
}

pub(crate) async fn a_public_value_stands_once_it_is_there(store: Arc<dyn Store>) {
    let world = World::scheduled_with(store, of_lottery()).await;
    let freeze = Freeze {
        randomness: of_lottery(),
        ..world.freeze(0, 41)
    };
    world.store.freeze(freeze).await.unwrap();
    let take_in = |value| world.store.record_public_value(world.campaign.clone(), value);
    assert_eq!(take_in(numbers(10, "3 7 12")).await, Ok(()));
    assert_eq!(
        take_in(numbers(11, "3 7 12")).await,
        Ok(()),
        "the same again changes nothing"
    );
    assert_eq!(
        take_in(numbers(12, "3 7 13")).await,
        refused(OpeningRefusal::OtherPublicValue)
    );
    world
        .store
        .record_draw(world.campaign.clone(), second(13))
        .await
        .unwrap();
    assert_eq!(
        take_in(numbers(14, "3 7 13")).await,
        refused(OpeningRefusal::OtherPublicValue)
    );
    assert_eq!(
        stored(&world).await.public_value,
        Some(numbers(10, "3 7 12")),
        "the first one"
    );
}

pub(crate) async fn a_value_of_another_source_is_refused(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    world.store.freeze(world.freeze(0, 41)).await.unwrap();
    let take_in = |value| world.store.record_public_value(world.campaign.clone(), value);
    assert_eq!(
        take_in(numbers(1, "3 7 12")).await,
        refused(OpeningRefusal::NoSuchSource)
    );
    assert_eq!(take_in(beacon(1, 1)).await, refused(OpeningRefusal::NoSuchSource));
    world
        .store
        .record_draw(world.campaign.clone(), second(2))
        .await
        .unwrap();
    assert_eq!(
        take_in(numbers(3, "3 7 12")).await,
        refused(OpeningRefusal::AlreadyDrawn)
    );
}

pub(crate) async fn the_network_that_was_named_stays(store: Arc<dyn Store>) {
    let world = World::scheduled_with(store, by_drand(0)).await;
    let opening = |randomness| SetOpening {
        campaign: world.campaign.clone(),
        opens_at: second(3600),
        randomness,
    };
    let other = DrandRound::name(DrandChain::named("default").unwrap(), 10, second(3600), second(0));
    for changed in [Randomness::None, of_lottery(), Randomness::Drand(other)] {
        assert_eq!(
            world.store.set_opening(opening(changed.clone())).await,
            refused(OpeningRefusal::NoSuchSource)
        );
        let freeze = Freeze {
            randomness: changed,
            ..world.freeze(0, 41)
        };
        assert_eq!(world.store.freeze(freeze).await, refused(OpeningRefusal::NoSuchSource));
    }
    let kept = stored(&world).await;
    assert_eq!(
        (kept.campaign.opens_at, kept.frozen_at, kept.randomness),
        (second(0), None, by_drand(0))
    );
}

pub(crate) async fn an_unknown_campaign_is_not_opened(store: Arc<dyn Store>) {
    let nobody = CampaignId::new("nobody");
    let unknown = refused(OpeningRefusal::UnknownCampaign);
    let opening = SetOpening {
        campaign: nobody.clone(),
        opens_at: second(0),
        randomness: Randomness::None,
    };
    assert_eq!(store.set_opening(opening).await, unknown);
    let freeze = Freeze {
        campaign: nobody.clone(),
        frozen_at: second(0),
        counts: vec![],
        randomness: Randomness::None,
    };
    assert_eq!(store.freeze(freeze).await, unknown);
    let value = store.record_public_value(nobody.clone(), numbers(0, "3 7 12"));
    assert_eq!(value.await, unknown);
    assert_eq!(store.record_draw(nobody, second(0)).await, unknown);
}
