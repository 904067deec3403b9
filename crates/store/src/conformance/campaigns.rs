//! Centres, campaigns, openings and draws.

use std::sync::Arc;

use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, DistrictId, LineNo, PoolId};

use super::world::{World, centre, new_campaign, second};
use crate::{CreateCampaignRefusal, Failure, Fault, NewCampaign, OpeningRefusal, RecordDraw, Store};

pub(crate) async fn a_campaign_comes_back_as_it_was_created(store: Arc<dyn Store>) {
    store
        .sync_centres(vec![centre("kassel"), centre("giessen")])
        .await
        .unwrap();
    let new = new_campaign("winter");
    let created = store.create_campaign(new.clone()).await.unwrap();

    let mut expected = new.campaign;
    for (pool, line) in expected.pools.iter_mut().zip(&created.lines) {
        pool.line = line.line;
    }
    assert_eq!(created.campaign, expected);
    assert_eq!(created.state, CampaignState::Scheduled);
    assert_eq!(
        (created.draw_secret, created.draw_commitment),
        (new.draw_secret, new.draw_commitment)
    );
    assert_eq!((created.committed_at, created.drawn_at), (new.committed_at, None));
    let [stored] = &store.campaigns().await.unwrap()[..] else {
        panic!("one campaign was created")
    };
    assert_eq!(stored.campaign, created.campaign);
}

pub(crate) async fn campaigns_are_listed_oldest_first_with_lines_of_their_own(store: Arc<dyn Store>) {
    store
        .sync_centres(vec![centre("kassel"), centre("giessen")])
        .await
        .unwrap();
    for name in ["winter", "autumn"] {
        store.create_campaign(new_campaign(name)).await.unwrap();
    }
    let campaigns = store.campaigns().await.unwrap();
    let names: Vec<_> = campaigns.iter().map(|stored| stored.campaign.id.as_str()).collect();
    assert_eq!(names, ["winter", "autumn"]);
    let lines: Vec<_> = campaigns
        .iter()
        .flat_map(|stored| &stored.lines)
        .map(|line| line.line.0)
        .collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}

pub(crate) async fn a_refused_campaign_leaves_nothing_behind(store: Arc<dyn Store>) {
    store.sync_centres(vec![centre("kassel")]).await.unwrap();
    let unknown = store.create_campaign(new_campaign("winter")).await.map(|_| ());
    assert_eq!(
        unknown,
        Err(Failure::Refused(CreateCampaignRefusal::UnknownCentre(centre(
            "giessen"
        ))))
    );
    assert!(store.campaigns().await.unwrap().is_empty());

    store.sync_centres(vec![centre("giessen")]).await.unwrap();
    store.create_campaign(new_campaign("winter")).await.unwrap();
    let taken = store.create_campaign(new_campaign("winter")).await.map(|_| ());
    assert_eq!(taken, Err(Failure::Refused(CreateCampaignRefusal::NameTaken)));
    assert_eq!(store.campaigns().await.unwrap()[0].lines.len(), 2);
}

pub(crate) async fn line_numbers_end_at_4095(store: Arc<dyn Store>) {
    store
        .sync_centres(vec![centre("kassel"), centre("giessen")])
        .await
        .unwrap();
    let with_pools = |name: &str, pools: u32| {
        let mut new: NewCampaign = new_campaign(name);
        let template = new.campaign.pools[0].clone();
        new.campaign.pools = (0..pools)
            .map(|pool| {
                let mut made = template.clone();
                made.id = PoolId::new(format!("pool-{pool}"));
                made.districts = vec![DistrictId::new("06611")];
                made
            })
            .collect();
        new
    };
    let created = store.create_campaign(with_pools("large", 4094)).await.unwrap();
    assert_eq!(created.lines.last().unwrap().line, LineNo(4094));
    let too_many = store.create_campaign(with_pools("two", 2)).await.map(|_| ());
    assert_eq!(too_many, Err(Failure::Refused(CreateCampaignRefusal::NoLinesLeft)));
    let last = store.create_campaign(with_pools("one", 1)).await.unwrap();
    assert_eq!(last.lines[0].line, LineNo(4095));
}

pub(crate) async fn the_opening_moves_until_the_draw_which_happens_once(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let moved = world.store.set_opening(world.campaign.clone(), second(3600)).await;
    assert_eq!(moved, Ok(()));
    assert_eq!(
        world.store.campaigns().await.unwrap()[0].campaign.opens_at,
        second(3600)
    );

    let draw = |first: u32| RecordDraw {
        campaign: world.campaign.clone(),
        drawn_at: second(3600),
        counts: vec![(world.line, first), (world.other_line, 0)],
    };
    world.store.record_draw(draw(41)).await.unwrap();
    let refused = Err(Failure::Refused(OpeningRefusal::AlreadyDrawn));
    assert_eq!(world.store.record_draw(draw(42)).await, refused);
    assert_eq!(
        world.store.set_opening(world.campaign.clone(), second(0)).await,
        refused
    );

    let stored = &world.store.campaigns().await.unwrap()[0];
    assert_eq!(
        (stored.state, stored.drawn_at),
        (CampaignState::Open, Some(second(3600)))
    );
    assert_eq!(
        stored.lines.iter().map(|line| line.drawn_n).collect::<Vec<_>>(),
        [Some(41), Some(0)]
    );
    world.audit_is_clean().await;
}

pub(crate) async fn an_unknown_campaign_is_not_opened(store: Arc<dyn Store>) {
    let nobody = CampaignId::new("nobody");
    let refused = Err(Failure::Refused(OpeningRefusal::UnknownCampaign));
    assert_eq!(store.set_opening(nobody.clone(), second(0)).await, refused);
    let draw = RecordDraw {
        campaign: nobody,
        drawn_at: second(0),
        counts: vec![],
    };
    assert_eq!(store.record_draw(draw).await, refused);
}

pub(crate) async fn a_draw_that_forgets_a_line_is_a_fault_and_changes_nothing(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let draw = RecordDraw {
        campaign: world.campaign.clone(),
        drawn_at: second(0),
        counts: vec![(world.line, 1)],
    };
    assert!(matches!(
        world.store.record_draw(draw).await,
        Err(Failure::Fault(Fault::Failed(_)))
    ));
    let stored = &world.store.campaigns().await.unwrap()[0];
    assert_eq!(
        (stored.state, stored.lines[0].drawn_n),
        (CampaignState::Scheduled, None)
    );
}
