//! What the source of a kind calls and sets.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{repository, service_and_name};

/// The source of a kind.
pub struct Source {
    service: String,
    text: String,
}

impl Source {
    /// The source of a kind: the file with its name, and those in the folder with its name.
    pub fn of_kind(kind: &str) -> Result<Self, String> {
        let (service, name) = service_and_name(kind);
        let stem = repository("blogstack-aws/src").join(service).join(name.replace('-', "_"));
        let mut files = rust_files(&stem);
        files.push(stem.with_extension("rs"));
        let texts = files.iter().map(|file| fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display())));
        Ok(Self::new(service, texts.collect::<Result<Vec<_>, _>>()?.concat()))
    }

    /// This text.
    pub fn new(service: impl Into<String>, text: impl Into<String>) -> Self {
        Self { service: service.into(), text: text.into() }
    }

    /// The operations that it calls, other than those that only read or that end the kind's objects: these set nothing.
    /// Every call is written with its name, as in `call::create("ec2:CreateVpc", ..)`.
    pub fn operations(&self) -> BTreeSet<&str> {
        let start = format!("\"{}:", self.service);
        let names = self.text.split(start.as_str()).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name);
        names.filter(|name| !["Describe", "Get", "Delete", "Release", "Terminate"].iter().any(|verb| name.starts_with(verb))).collect()
    }

    /// Whether it has a call of the SDK's setter for an input: `.cidr_ip(..)` or `.set_cidr_ip(..)` for `IpRanges.CidrIp`.
    pub fn sets(&self, path: &str) -> bool {
        let name = snake_case(path.rsplit('.').next().unwrap_or(path));
        [format!(".{name}("), format!(".set_{name}(")].iter().any(|call| self.text.contains(call))
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// `EnableResourceNameDnsARecord` as `enable_resource_name_dns_a_record`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let begins = |at: usize| {
        let after_small = at > 0 && !letters[at - 1].is_uppercase();
        let before_small = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        letters[at].is_uppercase() && (after_small || before_small)
    };
    let words = (0..letters.len()).flat_map(|at| begins(at).then_some('_').into_iter().chain(letters[at].to_lowercase()));
    words.collect()
}
