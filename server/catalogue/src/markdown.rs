//! Markdown to HTML that is safe whoever wrote it.

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Tag, TagEnd};
use pulldown_cmark::{LinkType, html};

/// CommonMark with tables and strikethrough.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// True if there is anything to read.
pub(crate) fn has_content(events: &[Event<'_>]) -> bool {
    events.iter().any(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
            !text.trim().is_empty()
        }
        Event::Start(Tag::Image { .. }) => true,
        _ => false,
    })
}

/// Renders prose as HTML.
///
/// Guaranteed of the result: all markup is the renderer's own, the author's HTML is shown as text;
/// links lead to `http`, `https`, relative addresses and fragments only, and those that leave the
/// site carry `rel="noopener"`; images come from the site itself; headings begin at `h2`, since
/// the page's `h1` is its title; no element has a `style`, which the site's
/// Content-Security-Policy would refuse.
pub(crate) fn to_html<'a>(prose: impl IntoIterator<Item = Event<'a>>) -> String {
    let mut sanitizer = Sanitizer::default();
    let events = prose
        .into_iter()
        .filter_map(|event| sanitizer.sanitize(event));
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Turns events into safe ones, remembering what of the surroundings it needs.
#[derive(Default)]
struct Sanitizer {
    /// For each open link and image: is it kept?
    kept: Vec<bool>,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Sanitizer {
    fn sanitize<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
            Event::Start(tag) => self.start(tag),
            Event::End(end @ (TagEnd::Link | TagEnd::Image)) => {
                self.kept.pop()?.then_some(Event::End(end))
            }
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                Some(Event::End(TagEnd::TableHead))
            }
            event => Some(event),
        }
    }

    fn start<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        let tag = match tag {
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::Heading { level, .. } => Tag::Heading {
                level: lower(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            },
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let language = info.split_whitespace().next().unwrap_or("");
                Tag::CodeBlock(CodeBlockKind::Fenced(CowStr::from(
                    language.to_ascii_lowercase(),
                )))
            }
            Tag::Table(alignments) => {
                self.alignments.clone_from(&alignments);
                Tag::Table(alignments)
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                Tag::TableHead
            }
            Tag::TableRow => {
                self.column = 0;
                Tag::TableRow
            }
            Tag::TableCell => return Some(Event::InlineHtml(self.cell().into())),
            link @ Tag::Link { .. } => return self.link(link),
            Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            } => {
                let kept = destination(&dest_url) == Some(Destination::Inside);
                self.kept.push(kept);
                if !kept {
                    return None;
                }
                Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                }
            }
            tag => tag,
        };
        Some(Event::Start(tag))
    }

    /// Opens a table cell, with a class where the renderer would write a style.
    fn cell(&mut self) -> &'static str {
        let alignment = self.alignments.get(self.column).copied();
        self.column += 1;
        match (self.in_head, alignment.unwrap_or(Alignment::None)) {
            (true, Alignment::None) => "<th>",
            (true, Alignment::Left) => "<th class=\"align-left\">",
            (true, Alignment::Center) => "<th class=\"align-center\">",
            (true, Alignment::Right) => "<th class=\"align-right\">",
            (false, Alignment::None) => "<td>",
            (false, Alignment::Left) => "<td class=\"align-left\">",
            (false, Alignment::Center) => "<td class=\"align-center\">",
            (false, Alignment::Right) => "<td class=\"align-right\">",
        }
    }

    fn link<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        let destination = match &tag {
            Tag::Link {
                link_type: LinkType::Email,
                ..
            } => None,
            Tag::Link { dest_url, .. } => destination(dest_url),
            _ => None,
        };
        self.kept.push(destination.is_some());
        match destination? {
            Destination::Inside => Some(Event::Start(tag)),
            Destination::Outside => {
                let mut anchor = String::new();
                html::push_html(&mut anchor, std::iter::once(Event::Start(tag)));
                let anchor = anchor.replacen("<a ", "<a rel=\"noopener\" ", 1);
                Some(Event::InlineHtml(anchor.into()))
            }
        }
    }
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Destination {
    /// To the same site.
    Inside,
    /// To another one, by HTTP.
    Outside,
}

/// Where an address leads; none if it must not be followed.
fn destination(url: &str) -> Option<Destination> {
    // Browsers drop control characters inside a scheme and read a backslash as a slash.
    if url.contains(|c: char| c.is_control() || c == '\\') {
        return None;
    }
    let url = url.trim();
    if url.starts_with("//") {
        return Some(Destination::Outside);
    }
    let before_path = url.split(['/', '?', '#']).next().unwrap_or("");
    match before_path.split_once(':') {
        None => Some(Destination::Inside),
        Some((scheme, _))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            Some(Destination::Outside)
        }
        Some(_) => None,
    }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}
