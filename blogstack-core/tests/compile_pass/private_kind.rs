//! A kind that only its own program uses compiles without warnings, and needs no imports.
#![deny(warnings, clippy::pedantic, missing_docs, unreachable_pub)]

/// Kinds of its own.
mod own {
    /// A network.
    #[derive(blogstack_core::Resource, Debug)]
    #[resource(type = "own:net/network")]
    pub(crate) struct Network {
        /// Its name.
        name: String,
        /// What it is.
        r#type: Option<String>,
        /// Its setting.
        setting: Option<bool>,
        /// Its ports.
        value: Option<Ports>,
        /// Its ways.
        ways: Option<Vec<Way>>,
        /// Tags.
        tags: blogstack_core::Tags,
        /// When it was made.
        #[field(computed)]
        content: String,
    }

    /// A kind without inputs.
    #[derive(blogstack_core::Resource, Debug)]
    #[resource(type = "own:net/empty")]
    struct Empty {}

    /// Ports.
    #[derive(blogstack_core::Block, Debug, Clone, PartialEq)]
    pub(crate) struct Ports {
        /// The first.
        #[field(default = 1)]
        first: u16,
        /// The lists.
        lists: Vec<Protocol>,
    }

    /// A protocol.
    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    enum Protocol {
        Tcp,
        Other { fields: u8, content: Option<String>, value: bool },
        Boxed(Plain),
    }

    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    struct Plain {
        value: Nothing,
        r#type: String,
    }

    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    struct Nothing {}

    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    pub(crate) struct Several(Vec<String>);

    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    pub(crate) struct Key(blogstack_core::Secret<String>);

    #[derive(blogstack_core::Value, Debug, Clone, PartialEq)]
    pub(crate) enum Way {
        Key(Key),
        Several(Several),
    }
}

fn main() {
    let _ = own::Network::new("a").r#type("b").tag("c", "d");
}
