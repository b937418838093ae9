//! The newest image of an owner with a name.

use blogstack_core::{
    Data, Home, Lookup, Value,
    provider::{ErrorKind, LookupProvider, ProviderError, Result},
};

use super::{Architecture, Image, ImageId};
use crate::{account::Account, call, ec2::filter};

/// A question for an image, made by [`Image::named`].
#[derive(Debug, Clone, PartialEq, Eq, Value)]
#[must_use = "a question is asked when it is passed to `Scope::look_up`"]
pub struct ImageLookup(Question);

/// Apart, because its fields are called like the methods.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
struct Question {
    name: String,
    owners: Vec<String>,
    architecture: Option<Architecture>,
}

impl ImageLookup {
    pub(super) fn new(name: String) -> Self {
        Self(Question { name, owners: Vec::new(), architecture: None })
    }

    /// Whose images are looked at: an account's id, or `amazon`, `aws-marketplace`, `self`. May be said several times.
    ///
    /// A name says nothing about who made an image: name an owner that you trust.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.0.owners.push(owner.into());
        self
    }

    /// Only images for this processor.
    pub fn architecture(mut self, architecture: Architecture) -> Self {
        self.0.architecture = Some(architecture);
        self
    }
}

impl Lookup for ImageLookup {
    const TYPE: &'static str = "aws:ec2/image";
    type Answer = Image;
}

pub(in crate::ec2) struct Provider(pub(in crate::ec2) Account);

const OPERATION: &str = "ec2:DescribeImages";

impl LookupProvider for Provider {
    type Question = ImageLookup;

    async fn look_up(&self, home: &Home, ImageLookup(question): ImageLookup) -> Result<Image> {
        let client = self.0.ec2(home);
        let owners = if question.owners.is_empty() { vec!["self".to_owned()] } else { question.owners.clone() };
        let mut filters = vec![filter("name", [&question.name]), filter("state", ["available"])];
        filters.extend(question.architecture.and_then(|architecture| Some(filter("architecture", [architecture.encode().as_text()?]))));
        let images = call::pages(|token| async {
            let request = client.describe_images().set_owners(Some(owners.clone())).set_filters(Some(filters.clone()));
            let request = request.max_results(1000).set_next_token(token);
            let page = call::read(OPERATION, || request.clone().send()).await?;
            Ok((page.images, page.next_token))
        });
        let images = images
            .await?
            .into_iter()
            .filter_map(|image| Some(Image { id: ImageId(image.image_id?), name: image.name?, creation_date: image.creation_date? }));
        // Two of one moment are told apart by their ids, so that the answer is always the same.
        let newest = images.max_by(|one, other| (&one.creation_date, &one.id).cmp(&(&other.creation_date, &other.id)));
        newest.ok_or_else(|| none(home, &question, &owners))
    }
}

fn none(home: &Home, question: &Question, owners: &[String]) -> ProviderError {
    let region = home.region.as_deref().unwrap_or("this region");
    let kind = question.architecture.and_then(|one| Some(format!(" for {}", one.encode().as_text()?))).unwrap_or_default();
    let message = format!("`{}` in {region} has no image{kind} called `{}`", owners.join("` or `"), question.name);
    let error = ProviderError::new(ErrorKind::Rejected, OPERATION, message);
    error.hint("check name, owner and region; `*` and `?` stand for anything")
}
