//! Requests that name their operation by method and path.
//!
//! Source: Smithy's *HTTP bindings*.

use std::collections::BTreeMap;

use form_urlencoded::parse;
use http::HeaderMap;

use crate::protocol::request::Received;

/// One operation: its method, its path and what must stand in the query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// `/2013-04-01/hostedzone/{Id}`; `{Key+}` takes the rest.
    pub(crate) path: &'static str,
    /// A parameter of the query that must be there: `versioning`, or with its value: `list-type=2`.
    pub(crate) query: Option<&'static str>,
    pub(crate) operation: &'static str,
    /// The name of the body, when it is what it is and holds no parameters.
    pub(crate) payload: Option<&'static str>,
}

impl Route {
    /// An operation by method and path alone.
    pub(crate) const fn new(method: &'static str, path: &'static str, operation: &'static str) -> Self {
        Self { method, path, query: None, operation, payload: None }
    }

    /// With this in the query.
    pub(crate) const fn query(self, query: &'static str) -> Self {
        Self { query: Some(query), ..self }
    }

    /// With a body that holds no parameters, and is one of this name.
    pub(crate) const fn payload(self, name: &'static str) -> Self {
        Self { payload: Some(name), ..self }
    }
}

/// The operation that a request goes to, and its parameters from path and query.
#[derive(Debug)]
pub(crate) struct Routed {
    pub(crate) operation: &'static str,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) payload: Option<&'static str>,
}

/// The first of the routes that a request fits.
pub(crate) fn route(routes: &[Route], received: &Received<'_>) -> Option<Routed> {
    let query: Vec<(String, String)> =
        parse(received.query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let asks = |wanted: &str| {
        let (name, value) = wanted.split_once('=').map_or((wanted, None), |(name, value)| (name, Some(value)));
        query.iter().any(|(own, held)| own == name && value.is_none_or(|value| held == value))
    };
    // A word that stands alone, `?metrics`, names an operation: one that has no route is not simulated.
    let names_another = received.query.split('&').any(|part| !part.is_empty() && !part.contains('='));
    routes.iter().filter(|route| route.method == received.method).find_map(|route| {
        let captured = captured(route.path, received.path)?;
        let fits = route.query.map_or(!names_another, asks);
        fits.then(|| Routed {
            operation: route.operation,
            parameters: numbered(&query).into_iter().chain(captured).collect(),
            payload: route.payload,
        })
    })
}

/// A list comes as one name again and again: each is numbered.
fn numbered(query: &[(String, String)]) -> Vec<(String, String)> {
    let namesakes = |name: &String, before: usize| query[..before].iter().filter(|(other, _)| other == name).count();
    let one = |(at, (name, value)): (usize, &(String, String))| match namesakes(name, query.len()) {
        1 => (name.clone(), value.clone()),
        _ => (format!("{name}.{}", namesakes(name, at) + 1), value.clone()),
    };
    query.iter().enumerate().map(one).collect()
}

/// What stands where the pattern has names, when the path fits it.
fn captured(pattern: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut captured = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    for part in pattern.strip_prefix('/')?.split('/') {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if let Some(name) = name.and_then(|name| name.strip_suffix('+')) {
            captured.push((name.to_owned(), decoded(rest)));
            return (!rest.is_empty()).then_some(captured);
        }
        let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
        match name {
            Some(name) if !segment.is_empty() => captured.push((name.to_owned(), decoded(segment))),
            None if segment == part => {}
            _ => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some(captured)
}

/// A part of a path without its percent signs.
fn decoded(text: &str) -> String {
    // In a path, unlike in a form, a plus sign is a plus sign.
    let form = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The headers that say what is asked for, not how it is sent.
pub(crate) fn headers(received: &Received<'_>) -> Vec<(String, String)> {
    const TRANSPORT: [&str; 4] = ["x-amz-date", "x-amz-security-token", "x-amz-user-agent", "x-amz-content-sha256"];
    const PLAIN: [&str; 10] = [
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "expires",
        "if-match",
        "if-none-match",
        "range",
    ];
    let says = |name: &str| PLAIN.contains(&name) || (name.starts_with("x-amz-") && !TRANSPORT.contains(&name));
    let all = received.headers.into_iter().flat_map(HeaderMap::iter).filter(|(name, _)| says(name.as_str()));
    all.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &[Route] = &[
        Route::new("GET", "/{Bucket}", "GetBucketVersioning").query("versioning"),
        Route::new("GET", "/{Bucket}", "ListObjectsV2").query("list-type=2"),
        Route::new("PUT", "/{Bucket}/{Key+}", "PutObject").payload("Body"),
        Route::new("GET", "/2013-04-01/hostedzone/{Id}/rrset", "ListResourceRecordSets"),
    ];

    fn operation(method: &str, path: &str, query: &str) -> Option<(&'static str, Vec<String>)> {
        let routed = route(ROUTES, &Received { method, path, query, ..Received::default() })?;
        Some((routed.operation, routed.parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect()))
    }

    #[test]
    fn method_path_and_query_name_the_operation() {
        let told = |operation, parameters: &[&str]| Some((operation, parameters.iter().map(|text| (*text).to_owned()).collect()));
        assert_eq!(operation("GET", "/web", "versioning"), told("GetBucketVersioning", &["Bucket=web", "versioning="]));
        assert_eq!(operation("GET", "/web/", "list-type=2"), told("ListObjectsV2", &["Bucket=web", "list-type=2"]));
        assert_eq!(operation("PUT", "/web/a/b%20c+d", ""), told("PutObject", &["Bucket=web", "Key=a/b c+d"]));
        assert_eq!(operation("GET", "/2013-04-01/hostedzone/Z1/rrset", ""), told("ListResourceRecordSets", &["Id=Z1"]));
        for (method, path, query) in [
            ("GET", "/web", ""),
            ("PUT", "/web", ""),
            ("PUT", "/web/", ""),
            ("PUT", "/web/a", "retention"),
            ("GET", "/2013-04-01/hostedzone", ""),
        ] {
            assert_eq!(operation(method, path, query), None, "{method} {path}");
        }
    }
}
