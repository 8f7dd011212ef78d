//! Finding one's way in a syntax tree.

use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};
use std::thread;

/// A tree is as deep as its SQL is nested, and walked by functions that call themselves: so longer
/// scripts than students write are not read, and those that are have room.
const MOST_TOKENS: usize = 2_000;
const STACK: usize = 64 * 1024 * 1024;

/// Gives what a function finds in the trees of scripts; none if one of them is too long.
pub(crate) fn read<const N: usize, T: Send>(
    scripts: [&str; N],
    find: impl FnOnce([SyntaxNode; N]) -> T + Send,
) -> Option<T> {
    let is_short = |script: &&str| crate::token::tokens(script).len() <= MOST_TOKENS;
    if !scripts.iter().all(is_short) {
        return None;
    }
    thread::scope(|scope| {
        let reading = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || find(scripts.map(parse)));
        reading.ok()?.join().ok()
    })
}

fn parse(script: &str) -> SyntaxNode {
    SourceFile::parse(script).syntax_node()
}

/// The first child of the kind.
pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

/// True if the node has a token of its own of the kind.
pub(crate) fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    tokens(node).any(|token| token.kind() == kind)
}

/// The node's own tokens.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|token| !token.kind().is_trivia())
}

/// The node without the parentheses around it.
pub(crate) fn bare(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == SyntaxKind::PAREN_EXPR {
        let Some(inner) = node.children().next() else {
            break;
        };
        node = inner;
    }
    node
}

/// The node's text on one line.
pub(crate) fn text(node: &SyntaxNode) -> String {
    crate::statement::short(&node.text().to_string())
}

/// An identifier as PostgreSQL folds it.
pub(crate) fn folded(identifier: &str) -> String {
    let identifier = identifier.trim();
    if identifier.starts_with('"') {
        crate::token::unquoted(identifier)
    } else {
        identifier.to_lowercase()
    }
}

/// A column as it is referred to: what qualifies it, and its name.
pub(crate) fn column_name(node: &SyntaxNode) -> Option<(Option<String>, String)> {
    match node.kind() {
        SyntaxKind::NAME_REF => Some((None, folded(&node.text().to_string()))),
        SyntaxKind::FIELD_EXPR => {
            let mut parts = node.children();
            let (base, field) = (parts.next()?, parts.next()?);
            let is_name = |part: &SyntaxNode| part.kind() == SyntaxKind::NAME_REF;
            (is_name(&base) && is_name(&field)).then(|| {
                let name = |part: &SyntaxNode| folded(&part.text().to_string());
                (Some(name(&base)), name(&field))
            })
        }
        _ => None,
    }
}

/// The query right around a node.
pub(crate) fn query_of(node: &SyntaxNode) -> Option<SyntaxNode> {
    node.ancestors()
        .find(|outer| outer.kind() == SyntaxKind::SELECT)
}

/// The node's line in the script, from 1.
pub(crate) fn line(root: &SyntaxNode, node: &SyntaxNode) -> u32 {
    let first = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(|token| !token.kind().is_trivia());
    let start = first.map_or(node.text_range().start(), |token| {
        token.text_range().start()
    });
    let text = root.text().to_string();
    let lines = text
        .get(..start.into())
        .unwrap_or_default()
        .matches('\n')
        .count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

/// The name of the function that a call calls.
pub(crate) fn called(call: &SyntaxNode) -> Option<String> {
    let function = call.children().next()?;
    column_name(&function).map(|(_, name)| name)
}

/// The arguments of a call.
pub(crate) fn arguments(call: &SyntaxNode) -> Vec<SyntaxNode> {
    let list = child(call, SyntaxKind::ARG_LIST);
    let arguments = list.iter().flat_map(SyntaxNode::children);
    arguments
        .filter(|argument| argument.kind() == SyntaxKind::ARG)
        .filter_map(|argument| argument.children().next())
        .collect()
}
