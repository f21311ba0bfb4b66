//! Lists that are read by page number, those of given IDs among them.

use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use super::page::{List, Page, PageRequest, Standing};
use super::prefetch::{Pages, Upcoming};
use crate::error::Error;
use crate::http::call::Query;
use crate::model::Fields;

/// The most IDs that ServiceTitan takes in one request.
const IDS_PER_REQUEST: usize = 50;

/// One query, or one of several that make a list of IDs.
pub(super) struct Part {
    query: Query,
    /// The part as errors name it, in front of the page's number.
    name: String,
}

impl Part {
    /// The whole list.
    pub(super) fn whole(query: Query) -> VecDeque<Part> {
        VecDeque::from([Part { query, name: String::new() }])
    }

    /// The parts of a list of IDs, 50 in each.
    pub(super) fn of_ids(query: &Query, parameter: &str, ids: &[i64]) -> VecDeque<Part> {
        let part = |ids: &[i64]| Part {
            query: query.clone().values(parameter, ids),
            name: match ids {
                [first, .., last] => format!("{} IDs from {first} to {last}, ", ids.len()),
                [id] => format!("ID {id}, "),
                [] => String::new(),
            },
        };
        ids.chunks(IDS_PER_REQUEST).map(part).collect()
    }
}

/// A page of a list that goes by page numbers.
pub(super) struct Numbered<T> {
    list: List<T>,
    /// The first part is being read, the others follow.
    parts: VecDeque<Part>,
    page: u32,
    standing: Standing,
}

impl<T> Numbered<T> {
    pub(super) fn new(list: List<T>, parts: VecDeque<Part>, first_page: u32) -> Numbered<T> {
        Numbered { list, parts, page: first_page, standing: Standing::default() }
    }
}

impl<T: DeserializeOwned + Fields + Send + 'static> Pages for Numbered<T> {
    type Page = Page<T>;

    async fn read(mut self, upcoming: &Upcoming<Self>) -> Result<Page<T>, Error> {
        let Some(Part { query, name }) = self.parts.front() else {
            return Err(Error::configuration("a list has at least one page"));
        };
        let request = PageRequest {
            query: query.clone(),
            number: self.page,
            size: self.list.page_size,
            part: name.clone(),
        };
        let (mut page, _) = self.list.read(request, &mut self.standing).await?;
        if page.has_more {
            self.page += 1;
        } else {
            self.parts.pop_front();
            self.page = 1;
        }
        page.has_more = !self.parts.is_empty();
        upcoming.set(page.has_more.then_some(self));
        Ok(page)
    }
}
