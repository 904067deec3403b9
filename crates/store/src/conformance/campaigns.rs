//! Centres and campaigns.

use std::sync::Arc;

use dran_core::campaign::CampaignState;
use dran_core::ids::{DistrictId, LineNo, PoolId};

use super::world::{by_drand, centre, new_campaign, of_lottery};
use crate::{CreateCampaignRefusal, Failure, NewCampaign, Store};

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

pub(crate) async fn a_campaign_keeps_the_source_of_its_public_value(store: Arc<dyn Store>) {
    store
        .sync_centres(vec![centre("kassel"), centre("giessen")])
        .await
        .unwrap();
    let sources = [by_drand(0), of_lottery()];
    for (name, source) in ["winter", "autumn"].into_iter().zip(&sources) {
        let mut new = new_campaign(name);
        new.randomness = source.clone();
        assert_eq!(store.create_campaign(new).await.unwrap().randomness, *source);
    }
    let stored = store.campaigns().await.unwrap();
    assert_eq!(
        stored.iter().map(|stored| &stored.randomness).collect::<Vec<_>>(),
        sources.iter().collect::<Vec<_>>()
    );
    assert!(
        stored
            .iter()
            .all(|stored| stored.frozen_at.is_none() && stored.public_value.is_none())
    );
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
