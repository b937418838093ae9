//! An object in a bucket. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
//!
//! A change of `bucket` or `key` replaces it; any other change writes it anew in its place.

use std::collections::BTreeMap;

use aws_sdk_s3::{Client, operation::get_object::GetObjectOutput, primitives::ByteStream, types::Tagging};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};
use futures::future::try_join_all;

use super::{Bucket, built, of_sdk, to_sdk};
use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    readable::{self, Readable},
    tags,
    wait::Pause,
};

mod content;

pub use self::content::Content;

/// An object in a bucket, with a content that the program knows: up to 1 MiB, because it is kept in the state too.
///
/// In a bucket that keeps versions, each change adds one, and deleting the object adds a marker: older versions stay until the
/// bucket's rules, or its `force_destroy`, delete them.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::s3::{Bucket, Content, Object};
///
/// fn program(s: &Scope) {
///     let config = s.add("config", Bucket::new());
///     s.add("robots", Object::new(&config, "robots.txt", "User-agent: *\n").content_type("text/plain").cache_control("max-age=60"));
///     s.add("manifest", Object::new(&config, "Cargo.toml", Content::from_file("Cargo.toml")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:s3/object", exclusive(bucket, key))]
pub struct Object {
    /// The bucket.
    #[field(replace)]
    pub bucket: Id<Bucket>,
    /// Its name in the bucket, up to 1,024 bytes.
    #[field(replace)]
    pub key: String,
    /// What is in it: a text, bytes, or a file of the machine that runs the program.
    pub content: Content,
    /// What kind of content it is.
    #[field(default = "application/octet-stream")]
    pub content_type: Option<String>,
    /// How long others may keep a copy.
    pub cache_control: Option<String>,
    /// Whether browsers show or save it.
    pub content_disposition: Option<String>,
    /// How it is compressed.
    pub content_encoding: Option<String>,
    /// The language of its content.
    pub content_language: Option<String>,
    /// What else is to be told with it; keys in lower case.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Tags, up to 6: four of the ten that an object may have are ours.
    pub tags: Tags,
    /// What tells one content from another.
    #[field(computed, volatile)]
    pub etag: String,
    /// Its version, in a bucket that keeps them.
    #[field(computed, volatile)]
    pub version_id: Option<String>,
}

/// How often a content is asked for that breaks off.
const ATTEMPTS: u32 = 4;
/// How many tags of its own a program may give.
const MOST_TAGS: usize = 6;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Bucket and key of an id.
fn place(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or((id, ""))
}

impl Readable for Provider {
    type Resource = Object;
    const OPERATION: &'static str = "s3:GetObject";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Object>>> {
        let all = try_join_all(ids.iter().map(|id| self.look(home, id))).await?;
        Ok(all.into_iter().flatten().map(Observed::from).collect())
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Object>, object: &mut Observed<Object>) -> Result<()> {
        if wanted.manages(Object::tags) {
            object.state.fields.tags = tags::of_program(tags_of(&self.0.s3(home), object.state.id.as_str()).await?);
        }
        Ok(())
    }
}

impl Provider {
    /// The object with its content.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    async fn look(&self, home: &Home, id: &str) -> Result<Option<State<Object>>> {
        let (bucket, key) = place(id);
        let request = self.0.s3(home).get_object().bucket(bucket).key(key);
        let mut pause = Pause::times(ATTEMPTS);
        loop {
            let answer = match call::read(Self::OPERATION, || request.clone().send()).await {
                Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
                answer => answer?,
            };
            match observed(bucket, key, answer).await {
                Err(error) if error.kind == ErrorKind::Transient && pause.next().await => {}
                fields => return Ok(Some(State { id: Id::new(id), fields: fields? })),
            }
        }
    }
}

async fn observed(bucket: &str, key: &str, answer: GetObjectOutput) -> Result<Object> {
    let length = answer.content_length.unwrap_or_default();
    let content = content::observed(Provider::OPERATION, length, answer.body).await?;
    Ok(Object {
        bucket: Id::new(bucket),
        key: key.to_owned(),
        content,
        content_type: answer.content_type,
        cache_control: answer.cache_control,
        content_disposition: answer.content_disposition,
        content_encoding: answer.content_encoding,
        content_language: answer.content_language,
        metadata: answer.metadata.map(|metadata| metadata.into_iter().collect()),
        tags: Tags::new(),
        etag: answer.e_tag.unwrap_or_default().trim_matches('"').to_owned(),
        version_id: answer.version_id,
    })
}

/// All tags, ours among them.
async fn tags_of(client: &Client, id: &str) -> Result<Tags> {
    let (bucket, key) = place(id);
    let request = client.get_object_tagging().bucket(bucket).key(key);
    Ok(of_sdk(call::read("s3:GetObjectTagging", || request.clone().send()).await?.tag_set))
}

/// Tags as a header has them: written like a query.
fn header(tags: &Tags) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encoded = |text: &String| {
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<Vec<_>>()
            .concat()
    };
    tags.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect::<Vec<_>>().join("&")
}

/// What an object is written from.
struct Written<'a> {
    content: &'a Content,
    headers: [Option<String>; 5],
    metadata: Option<BTreeMap<String, String>>,
    tags: Tags,
}

/// Writes an object whole. A new one only where none is.
async fn put(client: &Client, id: &str, written: &Written<'_>, is_new: bool) -> Result<()> {
    let (bucket, key) = place(id);
    let bytes = written.content.bytes();
    let [content_type, cache_control, disposition, encoding, language] = &written.headers;
    let send = || {
        client
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(ByteStream::from(bytes.clone()))
            .set_content_type(content_type.clone())
            .set_cache_control(cache_control.clone())
            .set_content_disposition(disposition.clone())
            .set_content_encoding(encoding.clone())
            .set_content_language(language.clone())
            .set_metadata(written.metadata.clone().map(|metadata| metadata.into_iter().collect()))
            .set_if_none_match(is_new.then(|| "*".to_owned()))
            .tagging(header(&written.tags))
            .send()
    };
    match is_new {
        true => call::create("s3:PutObject", send).await.map(drop),
        false => call::change("s3:PutObject", send).await.map(drop),
    }
}

impl Named for Provider {
    const TAGS: Field<Object, Tags> = Object::tags;
    const NAME: &'static str = "key";
    const TAKEN: &'static [&'static str] = &["PreconditionFailed"];

    fn name(_: &Cx<'_>, inputs: &ObjectInputs) -> String {
        format!("{}/{}", inputs.bucket, inputs.key)
    }

    fn check(&self, planned: &Planned<'_, Object>) -> Vec<FieldProblem> {
        let fits = |key: &String| (1..=1024).contains(&key.len());
        let key = planned.get(Object::key).is_some_and(|key| !fits(&key));
        let tags = planned.get(Object::tags).is_some_and(|tags| tags.len() > MOST_TAGS);
        let content = planned.get(Object::content).is_some_and(|content| content.bytes().len() > content::LARGEST);
        let upper = |key: &String| key.chars().any(char::is_uppercase);
        let metadata = planned.get(Object::metadata).is_some_and(|metadata: BTreeMap<String, String>| metadata.keys().any(upper));
        FieldProblem::when([
            (key, "key", "a key has 1 to 1,024 bytes"),
            (tags, "tags", "an object takes 6 tags besides ours"),
            (content, "content", "it has more than 1 MiB, which is too much for the state: upload it with another tool"),
            (metadata, "metadata", "keys of metadata are written in lower case"),
        ])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Object>>> {
        match tags_of(&self.0.s3(home), name).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            tags => Ok(Some(Holder { id: Id::new(name), tags: tags? })),
        }
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &ObjectInputs) -> Result<Id<Object>> {
        let mut tags = cx.ownership_tags();
        tags.extend(inputs.tags.clone());
        let headers = [
            inputs.content_type.clone(),
            inputs.cache_control.clone(),
            inputs.content_disposition.clone(),
            inputs.content_encoding.clone(),
            inputs.content_language.clone(),
        ];
        let written = Written { content: &inputs.content, headers, metadata: inputs.metadata.clone(), tags };
        put(&self.0.s3(cx.home), name, &written, true).await?;
        Ok(Id::new(name))
    }

    /// Whatever changes but tags, the object is written whole: what is not declared of it is carried along. Nothing is waited for before:
    /// each look fetches the content.
    async fn update(&self, cx: &Cx<'_>, current: State<Object>, changes: &Changes<Object>) -> Result<State<Object>> {
        let client = self.0.s3(cx.home);
        let State { id, fields } = current;
        let (content, metadata, tags) = (changes.of(Object::content)?, changes.of(Object::metadata)?, changes.of(Object::tags)?);
        let headers = [
            (changes.of(Object::content_type)?, fields.content_type),
            (changes.of(Object::cache_control)?, fields.cache_control),
            (changes.of(Object::content_disposition)?, fields.content_disposition),
            (changes.of(Object::content_encoding)?, fields.content_encoding),
            (changes.of(Object::content_language)?, fields.content_language),
        ];
        let rewrites = content != Change::Keep || metadata != Change::Keep || headers.iter().any(|(change, _)| *change != Change::Keep);
        let (set, removed) = tags::difference(&fields.tags, tags);
        if rewrites {
            let mut all = tags_of(&client, id.as_str()).await?;
            all.retain(|key, _| !removed.contains(key));
            all.extend(set);
            let content = content.set().unwrap_or(fields.content);
            let written = Written {
                content: &content,
                headers: headers.map(|(change, current)| change.after(current)),
                metadata: metadata.after(fields.metadata),
                tags: all,
            };
            put(&client, id.as_str(), &written, false).await?;
        } else if !(set.is_empty() && removed.is_empty()) {
            self.retag(cx.home, &id, set, removed).await?;
        }
        readable::whole(self, cx, readable::seen(self, cx.home, &id).await?.state).await
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Object>) -> Result<()> {
        let (bucket, key) = place(current.id.as_str());
        let request = self.0.s3(cx.home).delete_object().bucket(bucket).key(key);
        call::read("s3:DeleteObject", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
    async fn retag(&self, home: &Home, id: &Id<Object>, set: Tags, removed: Vec<String>) -> Result<()> {
        let (operation, client) = ("s3:PutObjectTagging", self.0.s3(home));
        let mut all = tags_of(&client, id.as_str()).await?;
        all.retain(|key, _| !removed.contains(key));
        all.extend(set);
        let tagging = built(operation, Tagging::builder().set_tag_set(Some(to_sdk(&all))).build())?;
        let (bucket, key) = place(id.as_str());
        let request = client.put_object_tagging().bucket(bucket).key(key).tagging(tagging);
        call::change(operation, || request.clone().send()).await.map(drop)
    }
}
