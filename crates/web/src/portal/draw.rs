//! The draw: what was published about it, and calculating a position again.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use dran_core::ids::{CampaignId, PoolId};
use dran_core::line::proof::{ProofDocument, Source};
use dran_service::CampaignView;

use super::home::centre_names;
use super::page::{Page, civil, page, shell, show};
use super::views::{DrawProof, DrawSource, Drawn, Frozen, LineProof, paths};
use crate::app::{App, Visitor, query_value};
use crate::problem::{Kind, Problem};

/// `GET /auslosung/{campaign}`
pub async fn draw(State(app): State<App>, visitor: Visitor, Path(campaign): Path<String>) -> Response {
    page(&app, &visitor, draw_page(&app, &visitor, &campaign))
}

fn draw_page(app: &App, visitor: &Visitor, campaign: &str) -> Page {
    let (view, proof) = find(app, Some(campaign.to_owned()))?;
    let source = match proof.randomness {
        Source::None {} => DrawSource::None,
        Source::Lottery { draw } => DrawSource::Lottery { draw },
        Source::Drand {
            chain, round, round_at, ..
        } => DrawSource::Drand {
            chain,
            round,
            at: civil(app, round_at),
        },
    };
    let n = |pool: &PoolId| {
        let pools = proof.pools.iter();
        pools.filter(|proof| proof.pool == *pool).find_map(|proof| proof.n)
    };
    let closed = view.lines.iter().map(|line| {
        let centres = centre_names(app, &line.pool.centres).join(", ");
        (centres, u64::from(n(&line.pool.id).unwrap_or_default()))
    });
    let view = DrawProof {
        shell: shell(app, visitor),
        campaign: proof.campaign.to_string(),
        commitment: proof.commitment.clone(),
        committed: civil(app, proof.committed_at),
        opens: civil(app, proof.opens_at),
        source,
        value: proof.public_value.as_ref().map(|value| value.value.clone()),
        frozen: proof.frozen_at.map(|at| Frozen {
            at: civil(app, at),
            pools: closed.collect(),
        }),
        drawn: proof.drawn_at.zip(proof.secret.clone()).map(|(at, secret)| Drawn {
            at: civil(app, at),
            secret,
        }),
        proof_href: format!("{}?campaign={campaign}", paths::PROOF),
    };
    Ok(show(visitor, &view))
}

/// `GET /line/proof?campaign=…`: the page that calculates.
pub async fn proof(State(app): State<App>, visitor: Visitor, uri: Uri) -> Response {
    page(&app, &visitor, proof_page(&app, &visitor, &uri))
}

fn proof_page(app: &App, visitor: &Visitor, uri: &Uri) -> Page {
    let (view, proof) = find(app, query_value(uri, "campaign"))?;
    let pools = view.lines.iter().zip(&proof.pools).filter_map(|(line, proof)| {
        let centres = centre_names(app, &line.pool.centres).join(", ");
        Some((proof.pool.to_string(), centres, u64::from(proof.n?)))
    });
    let view = LineProof {
        shell: shell(app, visitor),
        campaign: proof.campaign.to_string(),
        draw_href: format!("{}/{}", paths::DRAW, proof.campaign),
        document_href: format!("{}?campaign={}", paths::PROOF_DOCUMENT, proof.campaign),
        document: written(&proof)?,
        pools: pools.collect(),
        secret_alone: proof.randomness == Source::None {},
        drawn: proof.drawn_at.is_some(),
    };
    Ok(show(visitor, &view))
}

/// How long the document may be kept: as long as the public state of the lines.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=1");

#[utoipa::path(get, path = "/line/proof.json", tag = "open data",
    params(("campaign" = Option<String>, Query, description = "The campaign; may be left out where there is only one")),
    responses((status = 200, description = "Everything published about the draw; `docs/draw.md` describes the fields",
        body = serde_json::Value, content_type = "application/json"),
        (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn document(State(app): State<App>, visitor: Visitor, uri: Uri) -> Response {
    let found = find(&app, query_value(&uri, "campaign")).and_then(|(_, proof)| written(&proof));
    match found {
        Ok(text) => {
            let kind = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)], text).into_response()
        }
        Err(problem) => problem.document(&visitor.speaker),
    }
}

/// The campaign of that name; the only one if none is named.
fn find(app: &App, named: Option<String>) -> Result<(CampaignView, ProofDocument), Problem> {
    let campaigns = app.service.campaigns();
    let id = match (named, &campaigns[..]) {
        (Some(name), _) => CampaignId::new(name),
        (None, [only]) => only.campaign.id.clone(),
        (None, _) => return Err(Kind::UnknownCampaign.into()),
    };
    let view = campaigns.into_iter().find(|view| view.campaign.id == id);
    view.zip(app.service.proof(&id)).ok_or(Kind::UnknownCampaign.into())
}

fn written(proof: &ProofDocument) -> Result<String, Problem> {
    serde_json::to_string_pretty(proof).map_err(|error| {
        tracing::error!(%error, "a proof could not be written");
        Kind::Unavailable.into()
    })
}
