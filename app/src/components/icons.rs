//! Small drawings. They say nothing that the text beside them does not say too.

use leptos::prelude::*;

/// The mark: a text cursor standing on the ground, with two layers below.
#[component]
pub(crate) fn Logo() -> AnyView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path class="logo-cursor" d="M14 4h4v13h-4z" />
            <path class="logo-ground" d="M2 17h28v3H2z" />
            <path class="logo-layer" d="M6 23h20v2H6zM10 28h12v2H10z" />
        </svg>
    }
    .into_any()
}

/// An icon drawn with one stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// It is right.
    Tick,
    /// It is not right.
    Cross,
    /// It did not work.
    Alert,
    /// Something to know.
    Info,
    /// Onwards.
    Forward,
    /// Back.
    Back,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Tick => "M4 10.5l4 4 8-9",
            Self::Cross => "M5 5l10 10M15 5L5 15",
            Self::Alert => "M10 3L2 17h16zM10 8v4M10 14.5v.5",
            Self::Info => "M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16M10 9v5M10 6v.5",
            Self::Forward => "M4 10h12M11 5l5 5-5 5",
            Self::Back => "M16 10H4M9 5l-5 5 5 5",
        }
    }
}

/// Draws an icon, hidden from those who listen.
#[component]
pub(crate) fn Drawn(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}
