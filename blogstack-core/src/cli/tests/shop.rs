//! A cloud in a file, with one kind: enough to run a program's command line on.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use async_trait::async_trait;
use blogstack_core::{
    Home, Id, Resource, Secret,
    provider::{
        Change, Changes, Cx, ErrorKind, Found, LostCreate, Observed, ProviderError, Providers, ResourceProvider, Result, State, Wanted,
    },
    state::Binding,
    target::{Connection, Pins, Target, TargetError},
    value::Value,
};

/// A shelf.
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "test:shop/shelf")]
pub(crate) struct Shelf {
    /// Its width. Another one needs another shelf.
    #[field(replace)]
    pub(crate) width: i64,
    /// What is written on it: `slow` takes three seconds, `rotten` fails.
    pub(crate) label: Option<String>,
    /// What it stands on.
    pub(crate) below: Option<Id<Shelf>>,
    /// The combination of its lock.
    pub(crate) lock: Option<Secret<String>>,
    /// Where it stands.
    #[field(computed)]
    pub(crate) position: String,
}

/// The shop. Its file is in the state folder.
pub(crate) struct Shop {
    /// Whether it is only a simulation.
    pub(crate) simulated: bool,
}

#[async_trait]
impl Target for Shop {
    fn name(&self) -> &str {
        if self.simulated { "sim" } else { "shop" }
    }

    async fn connect(&self, wanted: &str, pins: &Pins) -> Result<Connection, TargetError> {
        if pins.region.as_deref() == Some("nowhere") {
            return Err(TargetError::new(wanted, "there is no such region", Some("choose another one")));
        }
        let shelves = Shelves(pins.folder.join("shop.json"));
        Ok(Connection {
            binding: Binding { target: wanted.to_owned(), identity: "the shop".to_owned() },
            home: Home::new("1234", Some("here")),
            providers: Providers::new().with(shelves),
            window: std::time::Duration::from_mins(5),
            simulated: self.simulated,
            census: None,
        })
    }
}

struct Shelves(PathBuf);

type World = BTreeMap<String, (String, i64, Option<String>, Option<String>, Option<String>)>;

impl Shelves {
    fn world(&self) -> World {
        std::fs::read(&self.0).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world();
        let done = change(&mut world);
        std::fs::create_dir_all(self.0.parent().expect("it lies in a folder")).expect("the folder can be made");
        std::fs::write(&self.0, serde_json::to_vec(&world).expect("the world is plain")).expect("the file can be written");
        done
    }

    fn state(&self, id: &str) -> Option<State<Shelf>> {
        let (_, width, label, below, lock) = self.world().remove(id)?;
        let (below, lock) = (below.map(Id::new), lock.map(Secret::new));
        Some(State { id: Id::new(id), fields: Shelf { width, label, below, lock, position: format!("aisle {id}") } })
    }
}

async fn work(operation: &str, label: Option<&str>) -> Result<()> {
    match label {
        Some("slow") => tokio::time::sleep(Duration::from_secs(3)).await,
        Some("rotten") => {
            let error = ProviderError::new(ErrorKind::Rejected, operation, "the wood is rotten").field("label");
            return Err(ProviderError { code: Some("RottenWood".into()), request_id: Some("r-1".into()), ..error }.hint("use other wood"));
        }
        _ => {}
    }
    Ok(())
}

impl ResourceProvider for Shelves {
    type Resource = Shelf;

    async fn survey(&self, _: &Cx<'_>, _: &ShelfInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: ShelfInputs) -> Result<State<Shelf>> {
        let below = inputs.below.as_ref().map(|below| below.as_str().to_owned());
        let lock = inputs.lock.as_ref().map(|lock| lock.expose().clone());
        let id = self.change(|world| {
            let id = format!("shelf-{}", world.len() + 1);
            world.insert(id.clone(), (cx.uid.to_string(), inputs.width, inputs.label.clone(), below, lock));
            id
        });
        if let Err(error) = work("shop:CreateShelf", inputs.label.as_deref()).await {
            self.change(|world| world.remove(&id));
            return Err(error);
        }
        cx.created(&Id::<Shelf>::new(id.as_str())).await?;
        Ok(self.state(&id).expect("it was just made"))
    }

    async fn read(&self, _: &Home, wanted: &[Wanted<Shelf>]) -> Result<Vec<Observed<Shelf>>> {
        Ok(wanted.iter().filter_map(|one| self.state(one.id.as_str())).map(Into::into).collect())
    }

    async fn update(&self, _: &Cx<'_>, current: State<Shelf>, changes: &Changes<Shelf>) -> Result<State<Shelf>> {
        let label = changes.of(Shelf::label)?;
        work("shop:ModifyShelf", label.clone().set().as_deref()).await?;
        self.change(|world| {
            let Some(entry) = world.get_mut(current.id.as_str()) else { return };
            match label {
                Change::Keep => {}
                Change::Set(label) => entry.2 = Some(label),
                Change::Clear => entry.2 = None,
            }
        });
        Ok(self.state(current.id.as_str()).expect("it was just read"))
    }

    async fn delete(&self, _: &Cx<'_>, current: State<Shelf>) -> Result<()> {
        work("shop:DeleteShelf", current.fields.label.as_deref().filter(|label| *label == "slow")).await?;
        self.change(|world| world.remove(current.id.as_str()));
        Ok(())
    }

    async fn find(&self, cx: &Cx<'_>, _: LostCreate<ShelfInputs>) -> Result<Found<Shelf>> {
        let found = self.world().into_iter().find(|(_, (uid, ..))| *uid == cx.uid.to_string());
        Ok(found.map_or(Found::None, |(id, _)| Found::One(Id::new(id))))
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<Shelf>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<Shelf>) -> Result<()> {
        Ok(())
    }
}
