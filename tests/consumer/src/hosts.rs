//! A kind of one's own: a name in a list of hosts, which is a file that a name server reads.
//!
//! A line is `ADDRESS NAME`. Ours end in a mark, `# office:TOKEN`, by which a line is found again whose making was interrupted. All other lines
//! stay as they are.

use std::{
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, ErrorKind, Found, LostCreate, Observed, ProviderError, ResourceProvider, Result, State, Wanted},
    value::Value,
};

/// A name that stands for an address in the office.
#[derive(Debug, Clone, PartialEq, Eq, Resource)]
#[resource(type = "office:hosts/host", global, exclusive(name))]
pub struct Host {
    /// The name, which stands in the list once. *A change replaces the line.*
    #[field(replace)]
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
}

/// The list of hosts. Clones speak of the same one.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// Held while the file is read and written.
    file: Arc<Mutex<PathBuf>>,
}

/// A line of ours or of somebody else.
struct Line {
    host: Host,
    mark: Option<String>,
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let (words, mark) = line.split_once("# office:").map_or((line, None), |(words, mark)| (words, Some(mark.trim().to_owned())));
        let (address, name) = words.trim().split_once(char::is_whitespace)?;
        Some(Self { host: Host { name: name.trim().to_owned(), address: address.parse().ok()? }, mark })
    }

    fn text(&self) -> String {
        let Host { name, address } = &self.host;
        let mark = self.mark.as_ref().map(|mark| format!(" # office:{mark}")).unwrap_or_default();
        format!("{address} {name}{mark}")
    }
}

impl Hosts {
    /// The list in a file, which need not exist yet.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: Arc::new(Mutex::new(file.into())) }
    }

    /// The lines of hosts, as they are.
    fn lines(&self) -> Result<Vec<Line>> {
        let mut found = Vec::new();
        self.edit("read the list", |lines| {
            found = lines.iter().filter_map(|line| Line::parse(line)).collect();
            false
        })?;
        Ok(found)
    }

    /// The line of a name.
    fn line(&self, name: &str) -> Result<Option<Line>> {
        Ok(self.lines()?.into_iter().find(|line| line.host.name == name))
    }

    /// Changes the line of a name; `None` takes it away.
    fn put(&self, operation: &str, name: &str, line: Option<&Line>) -> Result<()> {
        self.edit(operation, |lines| {
            let place = lines.iter().position(|line| Line::parse(line).is_some_and(|line| line.host.name == name));
            match (place, line) {
                (Some(place), Some(line)) => lines[place] = line.text(),
                (Some(place), None) => drop(lines.remove(place)),
                (None, Some(line)) => lines.push(line.text()),
                (None, None) => return false,
            }
            true
        })
    }

    /// Shows the lines, and writes them when they were changed: all of them or none.
    fn edit(&self, operation: &str, change: impl FnOnce(&mut Vec<String>) -> bool) -> Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = |error: io::Error| {
            let error = ProviderError::new(ErrorKind::Rejected, operation, format!("{}: {error}", file.display()));
            error.hint("see who may read and write this file")
        };
        let text = read(&file).map_err(wrong)?;
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if change(&mut lines) {
            write(&file, &lines.iter().map(|line| format!("{line}\n")).collect::<String>()).map_err(wrong)?;
        }
        Ok(())
    }

    fn state(line: Line) -> State<Host> {
        State { id: Id::new(&*line.host.name), fields: line.host }
    }
}

fn read(file: &Path) -> io::Result<String> {
    match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, text)?;
    fs::rename(new, file)
}

fn gone(id: &Id<Host>) -> ProviderError {
    ProviderError::new(ErrorKind::NotFound, "read the list", format!("`{id}` is not in the list"))
}

impl ResourceProvider for Hosts {
    type Resource = Host;

    async fn survey(&self, _: &Cx<'_>, _: &HostInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: HostInputs) -> Result<State<Host>> {
        let host = Host { name: inputs.name, address: inputs.address };
        if let Some(there) = self.line(&host.name)? {
            let message = format!("`{}` stands for {} already", host.name, there.host.address);
            let error = ProviderError::new(ErrorKind::Conflict, "add a line", message);
            return Err(error.hint(format!("choose another name, or take it over with `.adopt(\"{}\")`", host.name)));
        }
        let line = Line { host, mark: Some(cx.token().to_owned()) };
        self.put("add a line", &line.host.name, Some(&line))?;
        let state = Self::state(line);
        cx.created(&state.id).await?;
        Ok(state)
    }

    async fn read(&self, _: &Home, wanted: &[Wanted<Host>]) -> Result<Vec<Observed<Host>>> {
        let is_wanted = |line: &Line| wanted.iter().any(|wanted| wanted.id.as_str() == line.host.name);
        Ok(self.lines()?.into_iter().filter(is_wanted).map(|line| Self::state(line).into()).collect())
    }

    async fn update(&self, _: &Cx<'_>, current: State<Host>, changes: &Changes<Host>) -> Result<State<Host>> {
        let mut line = self.line(current.id.as_str())?.ok_or_else(|| gone(&current.id))?;
        if let Some(address) = changes.of(Host::address)?.set() {
            line.host.address = address;
            self.put("change a line", current.id.as_str(), Some(&line))?;
        }
        Ok(Self::state(line))
    }

    async fn delete(&self, _: &Cx<'_>, current: State<Host>) -> Result<()> {
        self.put("take a line away", current.id.as_str(), None)
    }

    /// A file shows at once what was written to it: what is not there was not made.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<HostInputs>) -> Result<Found<Host>> {
        let line = self.line(&lost.inputs.name)?.filter(|line| line.mark.as_deref() == Some(cx.token()));
        Ok(line.map_or(Found::None, |line| Found::One(Self::state(line).id)))
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<Host>) -> Result<()> {
        let line = self.line(id.as_str())?.ok_or_else(|| gone(id))?;
        self.put("mark a line", id.as_str(), Some(&Line { mark: Some(cx.token().to_owned()), ..line }))
    }

    async fn release(&self, _: &Cx<'_>, id: &Id<Host>) -> Result<()> {
        let line = self.line(id.as_str())?.ok_or_else(|| gone(id))?;
        self.put("mark a line", id.as_str(), Some(&Line { mark: None, ..line }))
    }
}
