//! Key pairs.
//!
//! Source: *`ImportKeyPair`*, *`CreateKeyPair`*, *`DescribeKeyPairs`* (without pages), *`DeleteKeyPair`* (which succeeds without one).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::chance;
use crate::context::Context;
use crate::ec2::listing::Listing;
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A key pair, of which AWS has the public half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyPair {
    id: String,
    pub(crate) name: String,
    fingerprint: String,
    key_type: String,
    public_key: String,
    created_at: Moment,
    tags: Tags,
}

impl Object for KeyPair {
    const KIND: Kind = Kind {
        name: "key-pair",
        prefix: "key",
        missing: "InvalidKeyPair.NotFound",
        malformed: None,
        sentence: "The key pair '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

const LISTING: Listing<KeyPair> = Listing { ids: "KeyPairId", filters: &["key-pair-id", "fingerprint", "key-name"], field, pages: None };

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "ImportKeyPair" => import,
        "CreateKeyPair" => create,
        "DescribeKeyPairs" => describe,
        "DeleteKeyPair" => delete,
        _ => return None,
    })
}

/// The key pair of a name.
pub(crate) fn named<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a KeyPair, Failure> {
    let found = context.all::<KeyPair>().find(|key| key.name == name);
    found.ok_or_else(|| KeyPair::KIND.not_found(name))
}

fn import(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let name = free_name(context)?;
    let material = context.params.required("PublicKeyMaterial")?;
    let (key_type, public_key) = parse(material)?;
    let fingerprint = fingerprint(&key_type, &public_key, 16);
    let key = add(context, name, key_type, public_key, fingerprint)?;
    Ok(answer(&key))
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let name = free_name(context)?;
    let key_type = context.params.text("KeyType").unwrap_or("rsa").to_owned();
    let format = context.params.text("KeyFormat").unwrap_or("pem");
    if !["rsa", "ed25519"].contains(&key_type.as_str()) || !["pem", "ppk"].contains(&format) {
        return Err(Failure::invalid(key_type, "keyType", "Expecting rsa or ed25519, in the format pem or ppk."));
    }
    let secret = STANDARD.encode((0..24).flat_map(|_| context.chance("key").to_le_bytes()).collect::<Vec<u8>>());
    let material = format!("-----BEGIN SIMULATED PRIVATE KEY-----\n{secret}\n-----END SIMULATED PRIVATE KEY-----");
    let public_key = format!("ssh-{key_type} {}", STANDARD.encode(chance::number(context.seed, &[&material]).to_le_bytes()));
    let fingerprint = fingerprint(&key_type, &public_key, 20);
    let key = add(context, name, key_type, public_key, fingerprint)?;
    let mut xml = answer(&key);
    xml.text("keyMaterial", material);
    Ok(xml)
}

fn free_name(context: &Context<'_>) -> Result<String, Failure> {
    let name = context.params.required("KeyName")?;
    if name.len() > 255 || !name.is_ascii() {
        return Err(Failure::invalid(name, "keyName", "Up to 255 ASCII characters are possible."));
    }
    if context.all::<KeyPair>().any(|key| key.name == name) {
        return Err(Failure::new("InvalidKeyPair.Duplicate", format!("The keypair already exists: {name}")));
    }
    Ok(name.to_owned())
}

/// *`ImportKeyPair`*: an OpenSSH public key, RSA or ED25519, in base64 once more.
fn parse(material: &str) -> Result<(String, String), Failure> {
    let malformed = || Failure::new("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    let text = STANDARD.decode(material.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(malformed)?;
    let mut words = text.split_whitespace();
    let key_type = match words.next() {
        Some("ssh-rsa") => "rsa",
        Some("ssh-ed25519") => "ed25519",
        _ => return Err(malformed()),
    };
    let blob = words.next().filter(|blob| STANDARD.decode(blob).is_ok_and(|bytes| bytes.len() > 16));
    blob.map(|_| (key_type.to_owned(), text.trim().to_owned())).ok_or_else(malformed)
}

/// Something in the shape of a digest, a function of the key. *`KeyPairInfo`*: of an ED25519 key it is SHA-256 in base64; of an RSA
/// key, SHA-1 when AWS made it and MD5 when it was imported.
fn fingerprint(key_type: &str, public_key: &str, bytes: usize) -> String {
    let digest = |bytes: usize| (0..bytes).map(|index| chance::number(index as u64, &[public_key]).to_le_bytes()[0]);
    if key_type == "ed25519" {
        return STANDARD.encode(digest(32).collect::<Vec<u8>>());
    }
    digest(bytes).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

fn add(context: &mut Context<'_>, name: String, key_type: String, public_key: String, fingerprint: String) -> Result<KeyPair, Failure> {
    context.within_quota::<KeyPair>("key-pairs", "KeyPairLimitExceeded")?;
    let tags = tags::specified(&context.params, KeyPair::KIND.name)?;
    let key = KeyPair { id: context.new_id("key"), name, fingerprint, key_type, public_key, created_at: context.now, tags };
    context.add(key.clone());
    Ok(key)
}

fn answer(key: &KeyPair) -> Xml {
    let mut xml = Xml::new();
    xml.text("keyName", &key.name).text("keyFingerprint", &key.fingerprint).text("keyPairId", &key.id).tags(&key.tags);
    xml
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let names = context.params.list("KeyName");
    let with_key = context.params.flag("IncludePublicKey")?.unwrap_or(false);
    let mut page = LISTING.read(context)?;
    if let Some(name) = names.iter().find(|name| !page.entries.iter().any(|key| key.name == **name)) {
        return Err(KeyPair::KIND.not_found(name));
    }
    page.entries.retain(|key| names.is_empty() || names.contains(&key.name));
    let mut xml = Xml::new();
    xml.items("keySet", page.entries, |xml, key| write(xml, key, with_key));
    Ok(xml)
}

fn write(xml: &mut Xml, key: &KeyPair, with_key: bool) {
    xml.text("keyPairId", &key.id).text("keyName", &key.name).text("keyFingerprint", &key.fingerprint);
    xml.text("keyType", &key.key_type).text("createTime", moment::date(key.created_at)).tags(&key.tags);
    xml.maybe("publicKey", Some(&key.public_key).filter(|_| with_key));
}

fn field(_: &Context<'_>, key: &KeyPair, name: &str) -> Vec<String> {
    vec![match name {
        "key-pair-id" => key.id.clone(),
        "fingerprint" => key.fingerprint.clone(),
        _ => key.name.clone(),
    }]
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let (name, id) = (context.params.text("KeyName"), context.params.text("KeyPairId"));
    if name.is_none() && id.is_none() {
        return Err(Failure::missing("KeyName"));
    }
    let found = context.all::<KeyPair>().find(|key| name == Some(&key.name) || id == Some(&key.id));
    let found = found.map(|key| key.id.clone());
    let mut xml = done();
    xml.maybe("keyPairId", found.as_ref());
    if let Some(id) = found {
        context.remove::<KeyPair>(&id);
    }
    Ok(xml)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::testing::{World, value, values};

    fn material() -> String {
        STANDARD.encode(format!("ssh-ed25519 {} blog", STANDARD.encode([7; 51])))
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_imported_once_and_told_on_demand() {
        let world = World::new();
        let request = [("KeyName", "blog"), ("PublicKeyMaterial", &material())];
        world.ok("ImportKeyPair", &request).await;
        world.refused("ImportKeyPair", &request, "InvalidKeyPair.Duplicate").await;
        world.refused("ImportKeyPair", &[("KeyName", "x"), ("PublicKeyMaterial", "c3NoLXJzYQ==")], "InvalidKey.Format").await;
        assert!(values(&world.ok("DescribeKeyPairs", &[]).await, "publicKey").is_empty());
        let described = world.ok("DescribeKeyPairs", &[("IncludePublicKey", "true"), ("KeyName.1", "blog")]).await;
        assert!(value(&described, "publicKey").ends_with(" blog"));
        world.refused("DescribeKeyPairs", &[("KeyName.1", "none")], "InvalidKeyPair.NotFound").await;
        world.ok("DeleteKeyPair", &[("KeyName", "blog")]).await;
        world.ok("DeleteKeyPair", &[("KeyName", "blog")]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn fingerprints_have_the_form_of_the_key_type() {
        let world = World::new();
        let ed25519 = [("KeyName", "one"), ("PublicKeyMaterial", &material())];
        let fingerprint = world.get("ImportKeyPair", &ed25519, "keyFingerprint").await;
        assert_eq!(STANDARD.decode(fingerprint).map(|digest| digest.len()), Ok(32));
        let rsa = STANDARD.encode(format!("ssh-rsa {} blog", STANDARD.encode([7; 51])));
        let rsa = [("KeyName", "two"), ("PublicKeyMaterial", rsa.as_str())];
        assert_eq!(world.get("ImportKeyPair", &rsa, "keyFingerprint").await.split(':').count(), 16);
    }

    #[tokio::test(start_paused = true)]
    async fn a_made_key_tells_its_secret_once() {
        let world = World::new();
        let made = world.ok("CreateKeyPair", &[("KeyName", "blog")]).await;
        assert!(value(&made, "keyMaterial").contains("PRIVATE KEY"));
        assert!(!world.ok("DescribeKeyPairs", &[]).await.contains("PRIVATE KEY"));
    }
}
