//! Finding one's way in a syntax tree.

use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};
use std::ops::Range;
use std::thread;

/// The parser calls itself as deep as a script is nested, which is no deeper than it has words and
/// signs. A script of more is not read, one of fewer has room.
const MOST_PIECES: usize = 4_000;
const STACK: usize = 128 * 1024 * 1024;
/// So many have room on any stack.
const FEW_PIECES: usize = 50;

/// The tree of a script. There always is one; what is wrong in the script is left out or mistaken,
/// and so is all of a script that is longer than students write.
pub(super) fn parse(script: &str) -> SyntaxNode {
    let pieces = pieces(script);
    if pieces > MOST_PIECES {
        return SourceFile::parse("").syntax_node();
    }
    if pieces <= FEW_PIECES {
        return SourceFile::parse(script).syntax_node();
    }
    let parsed = thread::scope(|scope| {
        let parsing = thread::Builder::new().stack_size(STACK);
        let parsing = parsing.spawn_scoped(scope, || SourceFile::parse(script));
        parsing.ok()?.join().ok()
    });
    parsed
        .unwrap_or_else(|| SourceFile::parse(""))
        .syntax_node()
}

/// At most how many words and signs a script has.
fn pieces(script: &str) -> usize {
    let mut goes_on = false;
    let mut pieces = 0;
    for byte in script.bytes() {
        let of_word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        let begins = !(of_word && goes_on || byte.is_ascii_whitespace());
        pieces += usize::from(begins);
        goes_on = of_word;
    }
    pieces
}

/// The node's place in the script, in bytes.
pub(super) fn range(node: &SyntaxNode) -> Range<usize> {
    node.text_range().into()
}

/// A token's place in the script, in bytes.
pub(super) fn token_range(token: &SyntaxToken) -> Range<usize> {
    token.text_range().into()
}

/// The first child of the kind.
pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

/// The first token of the kind that is the node's own.
pub(super) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    tokens(node).find(|token| token.kind() == kind)
}

/// The node's own tokens.
pub(super) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|token| !token.kind().is_trivia())
}

/// The node without the parentheses around it.
pub(super) fn bare(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == SyntaxKind::PAREN_EXPR {
        let Some(inner) = node.children().next() else {
            break;
        };
        node = inner;
    }
    node
}

/// The name a column is referred to by, without what qualifies it, as PostgreSQL folds it.
pub(super) fn column_name(node: &SyntaxNode) -> Option<String> {
    let name = match node.kind() {
        SyntaxKind::NAME_REF => node.clone(),
        SyntaxKind::FIELD_EXPR => node
            .children()
            .filter(|child| child.kind() == SyntaxKind::NAME_REF)
            .last()?,
        _ => return None,
    };
    Some(folded(name.text().to_string().trim()))
}

/// What a SELECT gives, in order.
pub(super) fn targets(select: &SyntaxNode) -> Vec<SyntaxNode> {
    let list = child(select, SyntaxKind::SELECT_CLAUSE)
        .and_then(|clause| child(&clause, SyntaxKind::TARGET_LIST));
    let targets = list.iter().flat_map(SyntaxNode::children);
    targets
        .filter(|node| node.kind() == SyntaxKind::TARGET)
        .collect()
}

/// The name that a target is given with `AS`, or without the word.
pub(super) fn target_name(target: &SyntaxNode) -> Option<String> {
    let name = child(
        &child(target, SyntaxKind::AS_NAME)?,
        SyntaxKind::COLUMN_NAME,
    )?;
    Some(folded(name.text().to_string().trim()))
}

/// An identifier as PostgreSQL folds it.
pub(super) fn folded(identifier: &str) -> String {
    match identifier
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => identifier.to_lowercase(),
    }
}

/// The columns named in the node, functions left out.
pub(super) fn columns_within(node: &SyntaxNode) -> Vec<String> {
    let mut names = Vec::new();
    for inner in node.descendants() {
        let parent = inner.parent();
        let parent = parent.as_ref();
        let is_part = inner.kind() == SyntaxKind::NAME_REF
            && parent.is_some_and(|parent| parent.kind() == SyntaxKind::FIELD_EXPR);
        let is_function = parent.is_some_and(|parent| {
            parent.kind() == SyntaxKind::CALL_EXPR
                && parent.children().next().as_ref() == Some(&inner)
        });
        if is_part || is_function {
            continue;
        }
        if let Some(name) = column_name(&inner)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_may_be_nested_as_deep_as_it_likes() {
        for depth in [1_000, 1_900, 100_000] {
            for (open, close) in [("(", ")"), ("NOT ", ""), ("- ", ""), ("ARRAY[", "]")] {
                let script = format!("SELECT {}1{}", open.repeat(depth), close.repeat(depth));
                let tree = parse(&script);
                assert!(tree.descendants().count() > 0);
            }
            let sum = format!("SELECT 1{}", " + 1".repeat(depth));
            assert!(parse(&sum).descendants().count() > 0);
        }
    }
}
