//! dran on the web: routers by audience, pages, assets.

pub mod assets;
pub mod portal;
