//! The describe operations: by ids or by filters, page by page.
//!
//! Source: *Pagination* in the Amazon EC2 API reference: `MaxResults` and ids exclude each other; a next token is opaque.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::region::Stored;

/// The usual limits of a page.
pub(crate) const PAGES: Option<RangeInclusive<usize>> = Some(5..=1000);

/// How one kind is listed.
pub(crate) struct Listing<T: 'static> {
    /// The parameter that holds ids: `VpcId`.
    pub(crate) ids: &'static str,
    /// The filters, without those on tags.
    pub(crate) filters: &'static [&'static str],
    /// What an object has to say to a filter.
    pub(crate) field: fn(&Context<'_>, &T, &str) -> Vec<String>,
    /// How many a page may hold; none where AWS does not page.
    pub(crate) pages: Option<RangeInclusive<usize>>,
}

/// One page of a listing.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) next: Option<String>,
}

impl<T: Stored> Listing<T> {
    /// The objects that a request asks for.
    pub(crate) fn read<'a>(&self, context: &'a Context<'_>) -> Result<Page<&'a T>, Failure> {
        let ids = context.params.list(self.ids);
        let filters = Filter::read(&context.params, self.filters)?;
        let limit = self.limit(context, !ids.is_empty())?;
        let candidates = candidates::<T>(context, &ids, &filters)?;
        let passes = |object: &&T| filters.iter().all(|filter| filter.passes(object.tags(), |name| (self.field)(context, object, name)));
        let found = candidates.into_iter().filter(passes).collect();
        page(found, limit, context.params.text("NextToken"), |object| object.id())
    }

    /// Answers a describe request with a list of the given name.
    pub(crate) fn answer(
        &self,
        context: &Context<'_>,
        set: &str,
        mut write: impl FnMut(&mut Xml, &Context<'_>, &T),
    ) -> Result<Xml, Failure> {
        let page = self.read(context)?;
        let mut xml = Xml::new();
        xml.items(set, page.entries, |xml, object| write(xml, context, object));
        xml.maybe("nextToken", page.next);
        Ok(xml)
    }

    fn limit(&self, context: &Context<'_>, by_id: bool) -> Result<usize, Failure> {
        match &self.pages {
            Some(range) => limit(context, range, self.ids, by_id),
            None => Ok(usize::MAX),
        }
    }
}

/// The size of a page that a request asks for.
pub(crate) fn limit(context: &Context<'_>, range: &RangeInclusive<usize>, ids: &str, by_id: bool) -> Result<usize, Failure> {
    let asked = context.params.number::<usize>("MaxResults")?;
    match asked {
        Some(_) if by_id => {
            let message = format!("The parameter {ids} cannot be used with the parameter maxResults");
            Err(Failure::combination(message))
        }
        Some(asked) if !range.contains(&asked) => {
            let why = format!("Expecting a value between {} and {}", range.start(), range.end());
            Err(Failure::invalid(asked, "maxResults", why))
        }
        Some(asked) => Ok(asked),
        None if by_id => Ok(usize::MAX),
        None => Ok(*range.end()),
    }
}

/// Cuts one page out of everything that was found, which is in the order of the ids.
pub(crate) fn page<T>(found: Vec<T>, limit: usize, token: Option<&str>, id: impl Fn(&T) -> &str) -> Result<Page<T>, Failure> {
    let after = token.filter(|token| !token.is_empty()).map(decode).transpose()?;
    let rest = found.into_iter().filter(|entry| after.as_deref().is_none_or(|after| id(entry) > after));
    let mut entries: Vec<T> = rest.take(limit.saturating_add(1)).collect();
    let more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().filter(|_| more);
    let next = last.map(|last| URL_SAFE_NO_PAD.encode(id(last)));
    Ok(Page { entries, next })
}

/// What may pass. A filter for the objects' own ids saves looking at all the others.
fn candidates<'a, T: Stored>(context: &'a Context<'_>, ids: &[String], filters: &[Filter]) -> Result<Vec<&'a T>, Failure> {
    let table = T::table(context.region);
    if ids.is_empty() {
        let own_id = T::KIND.id_filter();
        return Ok(match filters.iter().find_map(|filter| filter.only(&own_id)) {
            Some(only) => only.iter().filter_map(|id| table.visible(id, context.now)).collect(),
            None => table.iter_visible(context.now).collect(),
        });
    }
    let find = |id: &String| {
        T::KIND.check(id)?;
        table.visible(id, context.now).ok_or_else(|| T::KIND.not_found(id))
    };
    ids.iter().map(find).collect()
}

fn decode(token: &str) -> Result<String, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Failure::new("InvalidNextToken", "The token is not valid"))
}
