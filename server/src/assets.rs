//! The page assets, held in memory in every encoding they were compressed to.

use crate::bundle::Files;
use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use std::collections::HashMap;

/// An asset's bytes as they are and as compressed at build time.
#[derive(Clone, Debug, Default)]
pub struct Asset {
    /// The bytes themselves.
    pub plain: Bytes,
    /// Compressed with brotli.
    pub brotli: Option<Bytes>,
    /// Compressed with gzip.
    pub gzip: Option<Bytes>,
    /// The media type for `Content-Type`.
    pub media_type: &'static str,
}

/// All assets, by path below `/pkg/<digest>/`.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Names the assets' contents; part of their addresses, so that they never change under one.
    pub digest: String,
    files: HashMap<String, Asset>,
}

impl Assets {
    /// Sorts the files of a site folder. Fails if it holds no `digest`, or none of its assets.
    pub fn new(files: Files) -> Result<Self> {
        let mut by_path: HashMap<String, Bytes> = files
            .into_iter()
            .filter_map(|(path, bytes)| Some((path.to_str()?.replace('\\', "/"), bytes.into())))
            .collect();
        let digest = by_path
            .remove("digest")
            .context("the page assets have no file `digest`")?;
        let digest = String::from_utf8(digest.to_vec())?.trim().to_owned();
        let prefix = format!("pkg/{digest}/");
        let names: Vec<String> = by_path
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter(|name| !has_extension(name, "br") && !has_extension(name, "gz"))
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            bail!("the page assets have no folder {prefix}");
        }
        let files = names
            .into_iter()
            .map(|name| {
                let get = |suffix: &str| by_path.get(&format!("{prefix}{name}{suffix}")).cloned();
                let asset = Asset {
                    plain: get("").unwrap_or_default(),
                    brotli: get(".br"),
                    gzip: get(".gz"),
                    media_type: media_type(&name),
                };
                (name, asset)
            })
            .collect();
        Ok(Self { digest, files })
    }

    /// The asset of that name.
    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, e)| e == extension)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn encodings_belong_to_their_asset() {
        let file = |path: &str, text: &str| (PathBuf::from(path), text.as_bytes().to_vec());
        let assets = Assets::new(vec![
            file("digest", "abc\n"),
            file("pkg/abc/site.css", "plain"),
            file("pkg/abc/site.css.br", "small"),
            file("pkg/old/site.css", "old"),
        ])
        .expect("a complete site");
        let css = assets.get("site.css").expect("the style sheet");
        assert_eq!(css.plain, "plain");
        assert_eq!(css.brotli.as_deref(), Some(&b"small"[..]));
        assert_eq!(css.media_type, "text/css; charset=utf-8");
        assert!(assets.get("site.css.br").is_none());
    }
}
