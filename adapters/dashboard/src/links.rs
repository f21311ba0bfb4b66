//! The addresses of the pages, below the path that the page is mounted at.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that a path segment holds as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Makes the addresses of the pages. None of them holds customer data: names of connections and integrations, and IDs of ServiceTitan.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    base: String,
}

impl Links {
    /// The addresses below a path, such as `/operate`; the root is the empty text.
    pub(crate) fn below(path: &str) -> Self {
        let path = path.trim_matches('/');
        Links { base: if path.is_empty() { String::new() } else { format!("/{path}") } }
    }

    /// The path that the page is mounted at, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn overview(&self) -> String {
        if self.base.is_empty() { "/".to_owned() } else { self.base.clone() }
    }

    pub(crate) fn style(&self) -> String {
        format!("{}/style.css", self.base)
    }

    pub(crate) fn script(&self) -> String {
        format!("{}/live.js", self.base)
    }

    pub(crate) fn live_overview(&self, after: Option<&str>) -> String {
        format!("{}/live{}", self.base, Behind(after))
    }

    pub(crate) fn overview_behind(&self, after: &str) -> String {
        format!("{}{}", self.overview(), Behind(Some(after)))
    }

    pub(crate) fn connection(&self, name: &str) -> String {
        format!("{}/connections/{}", self.base, segment(name))
    }

    /// A page or an action below a connection's page, such as `dead-letters/retry`.
    pub(crate) fn of_connection(&self, name: &str, page: &str) -> String {
        format!("{}/{page}", self.connection(name))
    }

    pub(crate) fn opportunity(&self, connection: &str, integration: &str, id: i64) -> String {
        format!("{}/opportunities/{}/{id}", self.connection(connection), segment(integration))
    }

    /// The JSON beside a page.
    pub(crate) fn json(&self, page: &str) -> String {
        let below = page.strip_prefix(&self.base).unwrap_or(page);
        format!("{}/json{}", self.base, if below == "/" { "" } else { below })
    }
}

/// The query that goes on behind a name in a list.
struct Behind<'a>(Option<&'a str>);

impl fmt::Display for Behind<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |name| write!(formatter, "?after={}", segment(name)))
    }
}

fn segment(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, SEGMENT)
}

#[cfg(test)]
mod tests {
    use super::Links;

    #[test]
    fn names_are_escaped_and_the_root_has_no_second_slash() {
        let links = Links::below("/operate/");
        assert_eq!(
            links.opportunity("a/b c", "jobs", 42),
            "/operate/connections/a%2Fb%20c/opportunities/jobs/42"
        );
        assert_eq!(links.json(&links.connection("north")), "/operate/json/connections/north");
        assert_eq!(links.json(&links.overview()), "/operate/json");
        assert_eq!(links.live_overview(Some("a&b")), "/operate/live?after=a%26b");
        let root = Links::below("/");
        assert_eq!(
            (root.overview(), root.connection("north")),
            ("/".to_owned(), "/connections/north".to_owned())
        );
        assert_eq!(root.json("/"), "/json");
    }
}
