//! Amazon `ElastiCache`: <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/>.

mod cluster;
mod subnet_group;
mod tagging;

pub use self::{
    cluster::{Cluster, ClusterArgs, ClusterInputs, ClusterOutputs, Engine},
    subnet_group::{SubnetGroup, SubnetGroupArgs, SubnetGroupInputs, SubnetGroupOutputs},
};

use blogstack_core::provider::{Cx, Providers};

use crate::{account::Account, named::ByName, naming};

/// Adds the kinds of `ElastiCache`.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(subnet_group::Provider(account.clone()))).with(ByName(cluster::Provider(account.clone())))
}

/// A name for what the program leaves unnamed: in lower case, a letter first, no two hyphens in a row.
fn generated(cx: &Cx<'_>, longest: usize) -> String {
    proper(&naming::generated(cx, longest.saturating_sub(2)))
}

fn proper(name: &str) -> String {
    let words: Vec<String> = name.split('-').filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let name = words.join("-");
    if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { format!("c-{name}") }
}

/// What is wrong with a name. AWS turns letters into lower case; here they have to be so from the beginning, or each run would see
/// another name than the program's.
fn name_problem(name: &str, longest: usize) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let proper =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(allowed) && !name.contains("--") && !name.ends_with('-');
    let message = || format!("a name has 1 to {longest} small letters, digits and single hyphens, a letter first and no hyphen last");
    (!proper || name.len() > longest).then(message)
}

#[cfg(test)]
mod tests {
    use super::{name_problem, proper};

    #[test]
    fn generated_names_are_proper() {
        for (name, made) in [("Web--a-01", "web-a-01"), ("0123", "c-0123"), ("a", "a")] {
            assert_eq!(proper(name), made);
            assert_eq!(name_problem(made, 40), None, "{made}");
        }
        for name in ["", "Web", "1a", "a--b", "a-", "a_b"] {
            assert!(name_problem(name, 40).is_some(), "{name}");
        }
    }
}
