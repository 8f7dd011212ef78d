//! Texts that try to become script, and how a page shows that they did not.

use scraper::{Html, Selector};

/// A text that leaves whatever it is put into unescaped, and tells by `pwned` that it did.
pub(crate) const TEXT: &str = "</textarea></title></script><img src=x onerror=pwned()><script>pwned()\
                    </script>\"'><svg/onload=pwned()><a href=javascript:pwned()>&lt;i&gt;{{1}}";

/// Names of PostgreSQL are at most 63 bytes long.
pub(crate) const NAMES: [&str; 4] = [
    "<img src=x onerror=pwned()>",
    "</textarea><script>pwned()</script>",
    "\" onfocus=\"pwned()\" autofocus x=\"",
    "' onmouseover='pwned()",
];

/// Attributes whose value a browser follows or obeys.
const OBEYED: [&str; 9] = [
    "href",
    "src",
    "action",
    "formaction",
    "srcdoc",
    "style",
    "srcset",
    "xlink:href",
    "content",
];

/// Elements that no page of the site has. Only the plan's own drawing has one within another.
const FOREIGN: &str = "img, iframe, object, embed, base, style, math, audio, video, form form, \
                       a[href^=javascript], [http-equiv], svg:not(.plan-flame) svg, svg[onload]";

/// Fails if a text became an element, an attribute or a script. `shown` must stand there as text.
pub(crate) fn harmless(html: &str, shown: &str, what: &str) {
    let document = if html.starts_with("<!DOCTYPE") {
        Html::parse_document(html)
    } else {
        Html::parse_fragment(html)
    };
    let foreign = Selector::parse(FOREIGN).expect("a selector");
    let found: Vec<String> = document.select(&foreign).map(|e| e.html()).collect();
    assert!(found.is_empty(), "{what}: {found:?}");

    let mut nonces: Vec<Option<&str>> = Vec::new();
    for element in document.select(&Selector::parse("*").expect("a selector")) {
        let name = element.value().name();
        for (attribute, value) in element.value().attrs() {
            assert!(
                !attribute.starts_with("on"),
                "{what}: <{name} {attribute}={value:?}>"
            );
            let obeyed = OBEYED.contains(&attribute) && value.contains("pwned");
            assert!(!obeyed, "{what}: <{name} {attribute}={value:?}>");
        }
        if name == "script" {
            let text: String = element.text().collect();
            assert!(!text.contains("pwned"), "{what}: {text}");
            nonces.push(element.attr("nonce"));
        }
    }
    nonces.dedup();
    assert!(
        nonces.len() <= 1 && !nonces.contains(&None),
        "{what}: {nonces:?}"
    );
    let text: String = document.root_element().text().collect();
    assert!(
        text.contains(shown),
        "{what}: {shown:?} is not shown: {text}"
    );
}

/// A name as SQL quotes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
