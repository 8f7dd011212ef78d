//! The prompt as HTML: what an author can and cannot put on a page.

use crate::{COMPLETE, HEADER, exercise};

#[track_caller]
fn check(markdown: &str, expected: &str) {
    let it = exercise(format!("{HEADER}{markdown}\n\n{COMPLETE}"));
    assert_eq!(it.prompt_html.trim_end(), expected, "{markdown}");
}

#[test]
fn html_is_shown_as_text() {
    for (markdown, expected) in [
        (
            "<script>alert(1)</script>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>",
        ),
        (
            "a <img src=x onerror=alert(1)> b",
            "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>",
        ),
        ("<!-- note -->", "<p>&lt;!-- note --&gt;\n</p>"),
        (
            "`</code><script>`",
            "<p><code>&lt;/code&gt;&lt;script&gt;</code></p>",
        ),
        (
            "![<b>\"x\"](a.png \"t\\\"\")",
            "<p><img src=\"a.png\" alt=\"&lt;b&gt;&quot;x&quot;\" title=\"t&quot;\" /></p>",
        ),
        (
            "```\"><script>\nx\n```",
            "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">x\n</code></pre>",
        ),
    ] {
        check(markdown, expected);
    }
}

#[test]
fn links_lead_to_web_pages_and_nowhere_else() {
    for (destination, expected) in [
        (
            "https://x.org/a?b=1&c",
            "<a rel=\"noopener\" href=\"https://x.org/a?b=1&amp;c\">t</a>",
        ),
        (
            "HTTP://x.org",
            "<a rel=\"noopener\" href=\"HTTP://x.org\">t</a>",
        ),
        ("//x.org", "<a rel=\"noopener\" href=\"//x.org\">t</a>"),
        ("/topics/joins", "<a href=\"/topics/joins\">t</a>"),
        ("../joins/first", "<a href=\"../joins/first\">t</a>"),
        ("/a:b", "<a href=\"/a:b\">t</a>"),
        ("#why", "<a href=\"#why\">t</a>"),
        ("?a=b:c", "<a href=\"?a=b:c\">t</a>"),
        ("javascript:alert(1)", "t"),
        ("JavaScript:alert(1)", "t"),
        ("java&Tab;script:alert(1)", "t"),
        ("&#1;javascript:alert(1)", "t"),
        ("/&Tab;/x.org", "t"),
        ("java&#x73;cript&colon;alert(1)", "t"),
        ("data:text/html,x", "t"),
        ("vbscript:x", "t"),
        ("mailto:a@b.org", "t"),
        ("file:///etc/passwd", "t"),
        ("<\\\\\\\\x.org/a>", "t"),
    ] {
        check(
            &format!("[t]({destination})"),
            &format!("<p>{expected}</p>"),
        );
    }
    for (markdown, expected) in [
        ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>"),
        ("<a@b.org>", "<p>a@b.org</p>"),
        ("[t][r]\n\n[r]: javascript:alert(1)", "<p>t</p>"),
        (
            "[*t*](https://x.org \"say \\\"hi\\\"\")",
            "<p><a rel=\"noopener\" href=\"https://x.org\" title=\"say &quot;hi&quot;\">\
             <em>t</em></a></p>",
        ),
    ] {
        check(markdown, expected);
    }
}

#[test]
fn images_come_from_the_site_itself() {
    for (destination, expected) in [
        ("plan.png", "<img src=\"plan.png\" alt=\"a b\" />"),
        ("/pkg/plan.png", "<img src=\"/pkg/plan.png\" alt=\"a b\" />"),
        ("https://x.org/a.png", "a <em>b</em>"),
        ("//x.org/a.png", "a <em>b</em>"),
        ("data:image/png;base64,AA", "a <em>b</em>"),
        ("javascript:alert(1)", "a <em>b</em>"),
    ] {
        check(
            &format!("![a *b*]({destination})"),
            &format!("<p>{expected}</p>"),
        );
    }
    check(
        "[![a](https://x.org/a.png)](/b) c",
        "<p><a href=\"/b\">a</a> c</p>",
    );
    check(
        "[![a](a.png)](javascript:x) c",
        "<p><img src=\"a.png\" alt=\"a\" /> c</p>",
    );
}

#[test]
fn the_page_has_one_heading_of_the_first_level_and_no_styles() {
    for (markdown, expected) in [
        ("# A\n\n## B", "<h2>A</h2>\n<h3>B</h3>"),
        ("##### A\n\n###### B", "<h6>A</h6>\n<h6>B</h6>"),
        ("A\n=", "<h2>A</h2>"),
        ("# A {#id .c onclick=x}", "<h2>A {#id .c onclick=x}</h2>"),
        (
            "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | ~~3~~ |",
            "<table><thead><tr><th class=\"align-left\">a</th><th class=\"align-center\">b</th>\
             <th class=\"align-right\">c</th></tr></thead><tbody>\n\
             <tr><td class=\"align-left\">1</td><td class=\"align-center\">2</td>\
             <td class=\"align-right\"><del>3</del></td></tr>\n</tbody></table>",
        ),
        (
            "| a |\n|---|\n| 1 |\n| 2 |",
            "<table><thead><tr><th>a</th></tr></thead><tbody>\n\
             <tr><td>1</td></tr>\n<tr><td>2</td></tr>\n</tbody></table>",
        ),
        ("\"a\" -- b... [^1]", "<p>\"a\" -- b... [^1]</p>"),
        (
            "``` SQL\nSELECT\n```",
            "<pre><code class=\"language-sql\">SELECT\n</code></pre>",
        ),
        (
            "日本語 🦣 e\u{301} \u{202e}x",
            "<p>日本語 🦣 e\u{301} \u{202e}x</p>",
        ),
    ] {
        check(markdown, expected);
    }
}
